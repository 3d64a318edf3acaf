// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

import AsyncHTTPClient
import CofferCredentials
import NIOCore
import NIOHTTP1
import Synchronization
import Testing

@testable import CofferHTTP

@Suite struct `a bound token with a request` {
    /// Signs so that a test can read what was signed.
    private struct PlainSigner: ProofSigner {
        func proof(method: String, url: String, accessToken: Secret, nonce: String?) async throws -> String {
            accessToken.withExposedText { "\(method) \(url) \($0.suffix(2)) \(nonce ?? "-")" }
        }
    }

    /// Hands out bound tokens of another keeper's.
    private struct Binder: CredentialProvider {
        let tokens: TokenKeeper

        func credential(for request: CredentialRequest) async throws -> Credential {
            var credential = try await tokens.credential(for: request)
            credential.signer = PlainSigner()
            return credential
        }

        func report(rejected credential: Credential) async { await tokens.report(rejected: credential) }
    }

    private static func complaint(_ error: String, nonce: String? = nil) -> APIServer.Reply {
        let challenge = [("WWW-Authenticate", "Bearer"), ("WWW-Authenticate", "DPoP error=\"\(error)\"")]
        return .status(401, challenge + (nonce.map { [("DPoP-Nonce", $0)] } ?? []))
    }

    private static func with(
        _ script: APIServer.Script, _ body: (APIClient, APIServer, TokenKeeper, Int) async throws -> Void
    ) async throws {
        try await APIServer.with(script) { server, port in
            let tokens = TokenKeeper(accountURL: "https://acme.api.localhost:\(port)", type: "DPoP")
            let configuration = APIClient.Configuration(dialect: .standard, http: try APIWorld.http())
            let client = try APIClient(Binder(tokens: tokens), configuration: configuration)
            do { try await body(client, server, tokens, port) } catch {
                try await client.shutdown()
                throw error
            }
            try await client.shutdown()
        }
    }

    private static func proofs(_ server: APIServer) -> [String] {
        server.requests.map { $0.headers.first(name: "DPoP") ?? "none" }
    }

    @Test func `goes with a proof for that request, and with the nonce that is wanted`() async throws {
        let script = APIServer.Script { request, number in
            number == 1 ? Self.complaint("use_dpop_nonce", nonce: "n-1") : .status(200, [("DPoP-Nonce", "n-\(number)")])
        }
        try await Self.with(script) { client, server, tokens, port in
            for _ in 1...2 {
                let headers: HTTPHeaders = ["DPoP": "the caller's"]
                let request = APIRequest(.POST, target: "/leads?x=1", headers: headers, body: ByteBuffer(string: "{}"))
                let status = try await client.execute(request, as: APIWorld.path).status
                #expect(status == .ok)
            }
            let url = "https://acme.api.localhost:\(port)/leads?x=1"
            #expect(Self.proofs(server) == ["POST \(url) -1 -", "POST \(url) -1 n-1", "POST \(url) -1 n-2"])
            #expect(server.requests.allSatisfy { $0.headers["Authorization"] == ["DPoP \(TokenKeeper.token(1))"] })
            #expect(server.requests.allSatisfy { $0.headers["DPoP"].count == 1 })
            #expect(tokens.reports.isEmpty)
        }
    }

    @Test(arguments: [("use_dpop_nonce", "n-1", 2), ("use_dpop_nonce", "a\"b", 1), ("invalid_dpop_proof", nil, 1)])
    func `is not reported when it is the proof that is refused, again and again`(
        _ error: String, _ nonce: String?, _ count: Int
    ) async throws {
        try await Self.with(.always(Self.complaint(error, nonce: nonce))) { client, server, tokens, _ in
            let failure = await #expect(throws: APIError.self) {
                try await client.execute(APIRequest(target: "/leads"), as: APIWorld.path)
            }
            #expect(failure?.code == .rejected && failure?.status == 401)
            #expect(server.requests.count == count)
            #expect(tokens.reports.isEmpty && tokens.issued == 1)
        }
    }

    @Test func `is reported and replaced when it is refused itself`() async throws {
        let script = APIServer.Script { _, number in number == 1 ? Self.complaint("invalid_token") : .status(200) }
        try await Self.with(script) { client, server, tokens, _ in
            let status = try await client.execute(APIRequest(target: "/leads"), as: APIWorld.path).status
            #expect(status == .ok)
            #expect(tokens.reports.map(\.version) == [1])
            #expect(Self.proofs(server).map { $0.contains(" -2 ") } == [false, true])
        }
    }

    @Test func `goes into no body`() async throws {
        try await APIServer.with(.good) { server, port in
            let tokens = TokenKeeper(accountURL: "https://acme.api.localhost:\(port)", type: "DPoP")
            let client = try APIClient(
                Binder(tokens: tokens), configuration: .init(dialect: .bitrix24, http: try APIWorld.http()))
            let error = await #expect(throws: APIError.self) {
                try await client.execute(APIRequest(.POST, target: "/rest/x"), as: APIWorld.path)
            }
            #expect(error?.code == .unsuitable && server.requests.isEmpty)
            try await client.shutdown()
        }
    }
}
