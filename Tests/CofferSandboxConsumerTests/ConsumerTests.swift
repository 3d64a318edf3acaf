// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

import AsyncHTTPClient
import CofferSandbox
import Foundation
import NIOCore
import NIOHTTP1
import NIOSSL
import Testing

/// A client of another package's: it knows the product and nothing behind it.
@Suite struct `The sandbox in another package's tests` {
    private struct Answer: Sendable {
        let status: Int
        let text: String

        /// A member of a JSON object.
        func member(_ name: String) throws -> String? {
            let object = try JSONSerialization.jsonObject(with: Data(text.utf8)) as? [String: Any]
            return object?[name] as? String
        }
    }

    /// A client that trusts the sandbox's authority and nothing else, for the length of a scope.
    private func withHTTP(
        _ sandbox: Sandbox, names: [String], _ body: (HTTPClient) async throws -> Void
    ) async throws {
        var settings = HTTPClient.Configuration()
        settings.tlsConfiguration = .makeClientConfiguration()
        settings.tlsConfiguration?.trustRoots = .file(sandbox.caFile)
        for name in names { settings.dnsOverride[name] = "127.0.0.1" }
        let http = HTTPClient(eventLoopGroupProvider: .singleton, configuration: settings)
        do {
            try await body(http)
        } catch {
            try? await http.shutdown()
            throw error
        }
        try await http.shutdown()
    }

    private func send(_ http: HTTPClient, _ url: String, json: [String: String]? = nil) async throws -> Answer {
        var request = HTTPClientRequest(url: url)
        if let json {
            request.method = .POST
            request.headers.add(name: "Content-Type", value: "application/json")
            request.body = .bytes(
                ByteBuffer(string: String(decoding: try JSONEncoder().encode(json), as: UTF8.self)))
        }
        let response = try await http.execute(request, timeout: .minutes(2))
        let bytes = try await response.body.collect(upTo: 1 << 20)
        return Answer(status: Int(response.status.code), text: String(buffer: bytes))
    }

    /// A token request of the sandbox's client.
    private func tokens(
        _ http: HTTPClient, _ sandbox: Sandbox, _ more: [String: String]
    ) async throws -> Answer {
        let client = sandbox.integration
        let fields = [
            "client_id": client.clientID, "client_secret": client.clientSecret, "redirect_uri": client.redirectURI,
        ]
        let host = sandbox.host(of: sandbox.accounts[0])
        return try await send(
            http, "https://\(host)/oauth2/access_token", json: fields.merging(more) { $1 })
    }

    @Test func `loses an answer when told to, and its log says what was sent`() async throws {
        try await withSandbox { sandbox in
            #expect(sandbox.provider == .amocrm && sandbox.accounts.map(\.name) == ["acme", "birch", "cedar"])
            try await withHTTP(sandbox, names: ["acme.amocrm.localhost"]) { http in
                let consent = try sandbox.authorize(account: "acme")
                let first = try await tokens(
                    http, sandbox, ["grant_type": "authorization_code", "code": consent.code])
                let token = try #require(try first.member("refresh_token"))
                sandbox.faults.set([FaultRule(.answerLost, grantType: "refresh_token")])
                let refresh = ["grant_type": "refresh_token", "refresh_token": token]
                await #expect(throws: (any Error).self) { try await tokens(http, sandbox, refresh) }
                #expect(try await tokens(http, sandbox, refresh).status == 401, "it was spent by the first one")
                let records = sandbox.log.requests(carrying: token)
                #expect(records.map(\.fault) == ["answer_lost", nil])
                #expect(records.map(\.endpoint) == [.token, .token])
                #expect(records.last?.account == "acme" && records.last?.status == 401)
                #expect(!sandbox.log.wasSent(secret: "made-up-secret-that-nobody-sent"))
            }
        }
    }

    @Test func `is another provider at a time of the test's own`() async throws {
        let moment = Date(timeIntervalSince1970: 1_700_000_000)
        var configuration = SandboxConfiguration(.strict)
        configuration.accountNames = ["solo"]
        configuration.now = { moment }
        configuration.liftLimits()
        try await withSandbox(configuration) { sandbox in
            let address = "\(sandbox.baseURL)/.well-known/oauth-authorization-server"
            try await withHTTP(sandbox, names: ["strict.localhost"]) { http in
                let metadata = try await send(http, address)
                #expect(try metadata.member("issuer") == sandbox.baseURL)
                sandbox.faults.add(FaultRule(.serverError, at: .metadata, status: 503))
                let refused = try await send(http, address)
                sandbox.faults.clear()
                let answered = try await send(http, address)
                #expect(refused.status == 503 && answered.status == 200)
                #expect(sandbox.log.requests(for: .metadata).map(\.status) == [200, 503, 200])
                #expect(sandbox.log.records.allSatisfy { $0.at == moment })
                sandbox.log.clear()
                #expect(sandbox.log.records.isEmpty)
            }
        }
    }

    @Test func `has an operator, who is whoever runs the test`() async throws {
        try await withSandbox { sandbox in
            let old = sandbox.integration
            let secret = try sandbox.regenerateSecret(of: old)
            #expect(secret != old.clientSecret && sandbox.integration.clientSecret == secret)
            try sandbox.revokeAccess(of: "acme")
            #expect(throws: SandboxError(.unknownName, "")) { try sandbox.revokeAccess(of: "nobody") }
        }
    }
}
