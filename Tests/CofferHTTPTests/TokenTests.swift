// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

import AsyncHTTPClient
import CofferCredentials
import NIOCore
import NIOHTTP1
import Testing

@testable import CofferHTTP

@Suite struct `a token with a request` {
    /// Refuses the first token and takes every other.
    private static let refusesFirst = APIServer.Script { request, _ in
        .status(request.token == TokenKeeper.token(1) ? 401 : 200)
    }

    @Test func `goes into the header, to the account's own host, and what the caller says of both is left out`()
        async throws
    {
        try await APIWorld.with(script: .good) { world in
            let headers: HTTPHeaders = ["Host": "evil.example", "Authorization": "Basic abc", "X-Own": "kept"]
            let response = try await world.client.execute(
                APIRequest(target: "/api/v4/leads?limit=2", headers: headers), as: APIWorld.path)
            let request = try #require(world.server.requests.first)
            #expect(response.status == .ok)
            #expect(request.headers["Authorization"] == ["Bearer \(TokenKeeper.token(1))"])
            #expect(request.headers["Host"] == ["acme.api.localhost:\(world.port)"])
            #expect(request.headers["X-Own"] == ["kept"])
            #expect(request.uri == "/api/v4/leads?limit=2")
            #expect(world.limit.waits == 1)
        }
    }

    @Test(arguments: [
        (TokenHeader(field: "X-Shopify-Access-Token"), "X-Shopify-Access-Token", ""),
        (TokenHeader(scheme: "Zoho-oauthtoken"), "Authorization", "Zoho-oauthtoken "),
    ])
    func `goes as its provider's API wants it, in place of what the caller says`(
        _ header: TokenHeader, _ name: String, _ prefix: String
    ) async throws {
        // Whatever type the server names beside it.
        for type in [nil, "bearer", "made-up"] {
            try await APIWorld.with(tokens: TokenKeeper(type: type, header: header), script: .good) { world in
                let headers: HTTPHeaders = ["Authorization": "Basic abc", name.lowercased(): "another's"]
                let response = try await world.client.execute(
                    APIRequest(target: "/leads", headers: headers), as: APIWorld.path)
                let request = try #require(world.server.requests.first)
                #expect(response.status == .ok)
                #expect(request.headers[name] == ["\(prefix)\(TokenKeeper.token(1))"])
                #expect(name == "Authorization" || request.headers["Authorization"].isEmpty)
            }
        }
        try await APIWorld.with(tokens: TokenKeeper(type: "DPoP", header: header), script: .good) { world in
            let error = await world.failure()
            #expect(error?.code == .unsuitable)
        }
    }

    @Test func `that is refused is reported, and the request sent once more with another`() async throws {
        try await APIWorld.with(script: Self.refusesFirst) { world in
            let request = APIRequest(.POST, target: "/leads", body: ByteBuffer(string: #"{"name":"one"}"#))
            let status = try await world.client.execute(request, as: APIWorld.path).status
            #expect(status == .ok)
            #expect(world.server.requests.map(\.token) == [TokenKeeper.token(1), TokenKeeper.token(2)])
            #expect(world.server.requests.map(\.body) == [#"{"name":"one"}"#, #"{"name":"one"}"#])
            #expect(world.tokens.reports.map(\.version) == [1])
            #expect(world.limit.waits == 2)
        }
    }

    @Test func `that was replaced while the request waited for room is not shown`() async throws {
        let tokens = TokenKeeper()
        let settings = APIWorld.Settings(limit: RecordingLimit { tokens.replace() })
        try await APIWorld.with(tokens: tokens, settings: settings, script: .good) { world in
            let status = try await world.status(passing: [])
            #expect(status == 200)
            #expect(world.server.requests.map(\.token) == [TokenKeeper.token(2)])
            #expect(world.limit.waits == 1)
        }
    }

    @Test func `that is refused twice is reported once`() async throws {
        try await APIWorld.with(script: .always(.status(401))) { world in
            let error = await world.failure()
            #expect(error?.code == .rejected)
            #expect(error?.status == 401)
            #expect(world.server.requests.count == 2)
            #expect(world.tokens.reports.count == 1)
        }
    }

    @Test func `that has no successor is not shown again`() async throws {
        try await APIWorld.with(tokens: TokenKeeper(isRenewable: false), script: .always(.status(401))) { world in
            #expect(await world.failure()?.code == .rejected)
            #expect(world.server.requests.count == 1)
            #expect(world.tokens.reports.count == 1)
        }
    }

    @Test func `is reported, and not replaced in flight, where the body is gone`() async throws {
        try await APIWorld.with(script: Self.refusesFirst) { world in
            func request() -> APIRequest {
                APIRequest(
                    .PUT, target: "/file",
                    streaming: .stream(["ab", "cd"].map { ByteBuffer(string: $0) }.async, length: .known(Int64(4))))
            }
            #expect(await world.failure(request())?.code == .rejected)
            #expect(world.server.requests.count == 1)
            let status = try await world.client.execute(request(), as: APIWorld.path).status
            #expect(status == .ok)
            #expect(world.server.requests.last?.body == "abcd")
            #expect(world.tokens.reports.count == 1)
        }
    }

    @Test func `is replaced once, however many find it refused at the same moment`() async throws {
        try await APIWorld.with(script: Self.refusesFirst) { world in
            let statuses = try await withThrowingTaskGroup(of: UInt.self) { group in
                for number in 0..<40 {
                    group.addTask {
                        let request = APIRequest(.POST, target: "/leads/\(number)", body: ByteBuffer(string: "{}"))
                        return try await world.client.execute(request, as: APIWorld.path).status.code
                    }
                }
                return try await group.reduce(into: []) { $0.append($1) }
            }
            #expect(statuses.allSatisfy { $0 == 200 } && statuses.count == 40)
            #expect(world.tokens.issued == 2)
            // Nobody sent the same twice with one token.
            let sent = world.server.requests.map { "\($0.uri) \($0.token ?? "")" }
            #expect(Set(sent).count == sent.count)
            #expect(world.server.requests.filter { $0.token == TokenKeeper.token(2) }.count == 40)
        }
    }

    @Test func `of a type that wants a proof is not shown as if it wanted none`() async throws {
        try await APIWorld.with(tokens: TokenKeeper(type: "DPoP"), script: .good) { world in
            #expect(await world.failure()?.code == .unsuitable)
            #expect(world.server.requests.isEmpty)
        }
    }

    @Test func `that there is none of ends in the provider's own error`() async throws {
        try await APIWorld.with(script: .good) { world in
            let client = try APIClient(StaticCredentialProvider([]))
            await #expect(throws: CredentialError(.notFound, message: "")) {
                _ = try await client.execute(APIRequest(target: "/"), as: APIWorld.path)
            }
            try await client.shutdown()
            #expect(world.server.requests.isEmpty)
        }
    }
}

extension Array where Element: Sendable {
    /// The elements one after the other.
    var async: AsyncStream<Element> {
        AsyncStream { continuation in
            for element in self { continuation.yield(element) }
            continuation.finish()
        }
    }
}
