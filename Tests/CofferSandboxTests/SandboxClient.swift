// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

import AsyncHTTPClient
import CofferSandbox
import Foundation
import NIOCore
import NIOFoundationCompat
import NIOHTTP1
import NIOSSL
import Testing

/// A real HTTPS client of a sandbox: trusts its authority and nothing else, follows no redirect.
struct SandboxClient: Sendable {
    let sandbox: Sandbox
    let http: HTTPClient

    /// An answer that was read to its end.
    struct Answer: Sendable {
        let status: Int
        let headers: HTTPHeaders
        let body: Data

        var text: String { String(decoding: body, as: UTF8.self) }

        /// The members of a JSON object as text.
        var members: [String: String] {
            let object = (try? JSONSerialization.jsonObject(with: body)) as? [String: Any] ?? [:]
            return object.mapValues { "\($0)" }
        }

        /// The query of the address a redirect leads to.
        var callback: [String: String] {
            let items = headers.first(name: "location").flatMap(URLComponents.init)?.queryItems ?? []
            return Dictionary(items.map { ($0.name, $0.value ?? "") }, uniquingKeysWith: { first, _ in first })
        }
    }

    /// The base host.
    var base: String { String(sandbox.baseURL.dropFirst("https://".count)) }

    /// Sends a request and reads the whole answer.
    func send(
        _ method: HTTPMethod = .GET, _ host: String, _ path: String, headers: HTTPHeaders = [:], body: String? = nil
    ) async throws -> Answer {
        let response = try await open(method, host, path, headers: headers, body: body)
        let bytes = try await response.body.collect(upTo: 8 * 1024 * 1024)
        return Answer(
            status: Int(response.status.code), headers: response.headers, body: Data(buffer: bytes))
    }

    /// Sends a request and leaves the body to be read.
    func open(
        _ method: HTTPMethod = .GET, _ host: String, _ path: String, headers: HTTPHeaders = [:], body: String? = nil
    ) async throws -> HTTPClientResponse {
        var request = HTTPClientRequest(url: "https://\(host)\(path)")
        request.method = method
        request.headers = headers
        if let body { request.body = .bytes(ByteBuffer(string: body)) }
        return try await http.execute(request, timeout: .minutes(2))
    }

    /// Asks the token endpoint of an account, in JSON; `changes` replace or remove fields.
    func token(
        at account: String = "acme", code: String? = nil, refreshToken: String? = nil,
        changing changes: [String: String?] = [:]
    ) async throws -> Answer {
        let fields = tokenFields(code: code, refreshToken: refreshToken, changing: changes)
        let body = String(decoding: try JSONEncoder().encode(fields), as: UTF8.self)
        return try await send(
            .POST, "\(account).\(base)", "/oauth2/access_token", headers: ["Content-Type": "application/json"],
            body: body)
    }

    /// Asks the token endpoint for a refresh, and leaves the body to be read.
    func openToken(at account: String = "acme", refreshToken: String) async throws -> HTTPClientResponse {
        let body = String(decoding: try JSONEncoder().encode(tokenFields(refreshToken: refreshToken)), as: UTF8.self)
        return try await open(
            .POST, "\(account).\(base)", "/oauth2/access_token", headers: ["Content-Type": "application/json"],
            body: body)
    }

    /// What a JWT says, unchecked.
    func claims(of token: String) -> [String: Any] {
        let parts = token.split(separator: ".")
        guard parts.count == 3 else { return [:] }
        var text = parts[1].replacingOccurrences(of: "-", with: "+").replacingOccurrences(of: "_", with: "/")
        text += String(repeating: "=", count: (4 - text.count % 4) % 4)
        let object = Data(base64Encoded: text).flatMap { try? JSONSerialization.jsonObject(with: $0) }
        return object as? [String: Any] ?? [:]
    }

    /// The fields of a token request.
    func tokenFields(
        code: String? = nil, refreshToken: String? = nil, changing changes: [String: String?] = [:]
    ) -> [String: String] {
        var fields = [
            "client_id": sandbox.integration.clientID, "client_secret": sandbox.integration.clientSecret,
            "redirect_uri": sandbox.integration.redirectURI,
            "grant_type": refreshToken == nil ? "authorization_code" : "refresh_token",
        ]
        if let code { fields["code"] = code }
        if let refreshToken { fields["refresh_token"] = refreshToken }
        for (name, value) in changes { fields[name] = value }
        return fields
    }

    /// Connects an account from consent to tokens.
    func connect(_ account: String = "acme") async throws -> (access: String, refresh: String) {
        let answer = try await token(at: account, code: try sandbox.authorize(account: account).code)
        return (try #require(answer.members["access_token"]), try #require(answer.members["refresh_token"]))
    }

    /// Asks the API of an account who it is.
    func account(_ account: String = "acme", accessToken: String) async throws -> Answer {
        try await send(
            .GET, "\(account).\(base)", "/api/v4/account", headers: ["Authorization": "Bearer \(accessToken)"])
    }

    /// Posts a form.
    func form(_ host: String, _ path: String, _ fields: [String: String]) async throws -> Answer {
        var components = URLComponents()
        components.queryItems = fields.map { URLQueryItem(name: $0.key, value: $0.value) }
        return try await send(
            .POST, host, path, headers: ["Content-Type": "application/x-www-form-urlencoded"],
            body: components.percentEncodedQuery ?? "")
    }
}

/// Runs a sandbox and a client of it for one test.
func withClient(
    _ configuration: SandboxConfiguration = SandboxConfiguration(), _ body: (SandboxClient) async throws -> Void
) async throws {
    try await withSandbox(configuration) { sandbox in
        var settings = HTTPClient.Configuration()
        settings.tlsConfiguration = .makeClientConfiguration()
        settings.tlsConfiguration?.trustRoots = .file(sandbox.caFile)
        settings.redirectConfiguration = .disallow
        // A handshake that fails is the answer, not a reason to try for ten seconds.
        settings.connectionPool.retryConnectionEstablishment = false
        // Longer than a machine stands still in the middle of one.
        settings.timeout.connect = .minutes(1)
        let domain = "\(sandbox.provider.rawValue).localhost"
        for label in ["", "www.", "api-a.", "nobody.", "acme-2."] + sandbox.accounts.map({ $0.name + "." }) {
            settings.dnsOverride[label + domain] = "127.0.0.1"
        }
        let http = HTTPClient(eventLoopGroupProvider: .singleton, configuration: settings)
        do {
            try await body(SandboxClient(sandbox: sandbox, http: http))
        } catch {
            try? await http.shutdown()
            throw error
        }
        try await http.shutdown()
    }
}
