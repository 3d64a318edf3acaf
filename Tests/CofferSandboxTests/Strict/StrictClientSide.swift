// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

import CofferSandbox
import Crypto
import Foundation
import NIOHTTP1
import Testing

/// A client of the strict server that does what the RFCs say.
struct StrictClientSide: Sendable {
    /// RFC 7636 appendix B.
    static let verifier = "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk"
    static let challenge = "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM"
    static let redirectURI = "http://127.0.0.1:49152/back"

    let client: SandboxClient
    var clientID: String
    var secret: String

    init(_ client: SandboxClient) {
        self.client = client
        clientID = client.sandbox.integration.clientID
        secret = client.sandbox.integration.clientSecret
    }

    /// HTTP Basic, form-encoded first.
    var basic: HTTPHeaders {
        var allowed = CharacterSet.alphanumerics
        allowed.insert(charactersIn: "-._~")
        let id = clientID.addingPercentEncoding(withAllowedCharacters: allowed) ?? ""
        let password = secret.addingPercentEncoding(withAllowedCharacters: allowed) ?? ""
        return ["Authorization": "Basic \(Data("\(id):\(password)".utf8).base64EncodedString())"]
    }

    /// Posts a form.
    func post(
        _ path: String, _ fields: [String: String], headers: HTTPHeaders? = nil
    ) async throws -> SandboxClient.Answer {
        var allowed = CharacterSet.alphanumerics
        allowed.insert(charactersIn: "-._~")
        let body = fields.map { name, value in
            "\(name)=\(value.addingPercentEncoding(withAllowedCharacters: allowed) ?? "")"
        }
        var headers = headers ?? basic
        headers.add(name: "Content-Type", value: "application/x-www-form-urlencoded")
        return try await client.send(.POST, client.base, path, headers: headers, body: body.joined(separator: "&"))
    }

    /// The parameters of a good authorization request.
    func asked(_ scope: String = "read") -> [String: String] {
        [
            "client_id": clientID, "response_type": "code", "redirect_uri": Self.redirectURI, "scope": scope,
            "code_challenge": Self.challenge, "code_challenge_method": "S256", "state": "s",
        ]
    }

    /// A code that a person has granted.
    func code(account: String = "acme", scope: String = "read", _ more: [String: String] = [:]) async throws -> String {
        var fields = asked(scope).merging(more) { $1 }
        fields["account"] = account
        fields["decision"] = "allow"
        let answer = try await client.form(client.base, "/authorize", fields)
        return try #require(answer.callback["code"], "\(answer.status) \(answer.text)")
    }

    /// Exchanges a code.
    func exchange(
        _ code: String, changing changes: [String: String?] = [:], headers: HTTPHeaders? = nil
    ) async throws -> SandboxClient.Answer {
        var fields = [
            "grant_type": "authorization_code", "code": code, "redirect_uri": Self.redirectURI,
            "code_verifier": Self.verifier,
        ]
        for (name, value) in changes { fields[name] = value }
        return try await post("/token", fields, headers: headers)
    }

    /// Refreshes.
    func refresh(
        _ token: String, _ more: [String: String] = [:], headers: HTTPHeaders? = nil
    ) async throws -> SandboxClient.Answer {
        let fields = ["grant_type": "refresh_token", "refresh_token": token].merging(more) { $1 }
        return try await post("/token", fields, headers: headers)
    }

    /// Connects: the tokens.
    func connect(scope: String = "read") async throws -> (access: String, refresh: String) {
        let answer = try await exchange(try await code(scope: scope))
        let access: String = try #require(answer.members["access_token"], "\(answer.text)")
        return (access, try #require(answer.members["refresh_token"]))
    }

    /// Asks who a token is.
    func user(_ accessToken: String, scheme: String = "Bearer", proof: String? = nil) async throws
        -> SandboxClient.Answer
    {
        var headers: HTTPHeaders = ["Authorization": "\(scheme) \(accessToken)"]
        if let proof { headers.add(name: "DPoP", value: proof) }
        return try await client.send(.GET, client.base, "/userinfo", headers: headers)
    }

    /// A signed JWT.
    static func jwt(
        _ header: [String: Any], _ claims: [String: Any], key: P256.Signing.PrivateKey
    ) throws -> String {
        var header = header
        header["alg"] = "ES256"
        let parts = try [header, claims].map { text(try JSONSerialization.data(withJSONObject: $0)) }
        let signed = parts.joined(separator: ".")
        return signed + "." + text(try key.signature(for: Data(signed.utf8)).rawRepresentation)
    }

    /// A key's public half as a JWK.
    static func jwk(_ key: P256.Signing.PrivateKey) -> [String: String] {
        let raw = key.publicKey.rawRepresentation
        return ["kty": "EC", "crv": "P-256", "x": text(raw.prefix(32)), "y": text(raw.suffix(32))]
    }

    /// Base64url.
    static func text(_ data: Data) -> String {
        data.base64EncodedString().replacingOccurrences(of: "+", with: "-")
            .replacingOccurrences(of: "/", with: "_").replacingOccurrences(of: "=", with: "")
    }
}

/// Runs a strict server, a client of it, and maybe a clock of the test's own.
func withStrict(
    _ time: ManualTime? = nil, _ body: (StrictClientSide) async throws -> Void
) async throws {
    var configuration = SandboxConfiguration(.strict)
    if let time { configuration.now = { time.now } }
    try await withClient(configuration) { try await body(StrictClientSide($0)) }
}
