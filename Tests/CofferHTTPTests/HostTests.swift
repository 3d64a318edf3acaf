// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

import AsyncHTTPClient
import CofferCredentials
import CofferCredentialsTesting
import NIOHTTP1
import NIOSSL
import Testing

@testable import CofferHTTP

@Suite struct `the host of a token` {
    @Test(arguments: [301, 302, 303, 307, 308]) func `is not left by a redirect`(_ status: Int) async throws {
        try await APIServer.with(.good) { target, port in
            let location = "https://birch.api.localhost:\(port)/take?code=\(APIWorld.marker)"
            // Even if the HTTP client was told to.
            try await APIWorld.with(
                settings: .init(followsRedirects: true), script: .always(.status(status, [("Location", location)]))
            ) { world in
                let error = await world.failure()
                #expect(error?.code == .redirected)
                #expect(error?.message.contains("https://birch.api.localhost:\(port)") == true)
                #expect(error.map { "\($0)" }?.contains(APIWorld.marker) == false)
                var request = APIRequest(target: "/file")
                request.returnsRedirects = true
                let response = try await world.client.execute(request, as: APIWorld.path)
                #expect(Int(response.status.code) == status)
                #expect(response.headers["Location"] == [location])
            }
            #expect(target.requests.isEmpty)
        }
    }

    @Test func `is not left on the same host either`() async throws {
        try await APIWorld.with(script: .always(.status(302, [("Location", "/elsewhere")]))) { world in
            #expect(await world.failure()?.code == .redirected)
            #expect(world.server.requests.count == 1)
        }
    }

    @Test(arguments: [
        "https://birch.api.localhost:PORT/", "https://acme.api.localhost/", "http://acme.api.localhost:PORT/",
        "https://acme.api.localhost:PORT@evil.example/", "https://evil.example\\@acme.api.localhost:PORT/",
        "https://x.acme.api.localhost:PORT/", "https://acme.api.localhost.:PORT/", "https://api.localhost:PORT/",
        "//evil.example/", "leads", "", "/leads\r\nX: y", "/leads#x", "https://acme.api.localhost:PORT:1/",
        "https://acme.api.localhost:0PORT1/", "https://%61cme.api.localhost:PORT/", "ftp://acme.api.localhost:PORT/",
    ])
    func `is the account's, exactly, and no text makes another of it`(_ target: String) async throws {
        try await APIWorld.with(script: .good) { world in
            let text = target.replacing("PORT", with: "\(world.port)")
            if text == "//evil.example/" {
                // A path like any other: it is put behind the account's host.
                let status = try await world.status(APIRequest(target: text), passing: [])
                #expect(status == 200)
                #expect(world.server.requests.first?.headers["Host"] == ["acme.api.localhost:\(world.port)"])
            } else {
                #expect(await world.failure(APIRequest(target: text))?.code == .refusedHost)
                #expect(world.server.requests.isEmpty)
            }
        }
    }

    @Test func `may be written out, in any case`() async throws {
        try await APIWorld.with(script: .good) { world in
            let url = "HTTPS://Acme.API.localhost:\(world.port)?page=1"
            let status = try await world.status(APIRequest(target: url), passing: [])
            #expect(status == 200)
            #expect(world.server.requests.first?.uri == "/?page=1")
        }
    }

    @Test(arguments: ["http://acme.example", "acme.example", "https://acme.example/path", "https://u@acme.example"])
    func `is refused where the credential names it oddly`(_ url: String) async throws {
        try await APIWorld.with(tokens: TokenKeeper(accountURL: url), script: .good) { world in
            #expect(await world.failure()?.code == .refusedHost)
        }
    }

    @Test func `is the client's where the credential names none, and missing where neither does`() async throws {
        try await APIServer.with(.good) { server, port in
            let tokens = TokenKeeper(accountURL: "")
            for origins in [[], ["https://birch.api.localhost:\(port)"]] {
                let client = try APIClient(
                    tokens, configuration: .init(origins: origins, http: try APIWorld.http()))
                do {
                    let response = try await client.execute(APIRequest(target: "/me"), as: APIWorld.path)
                    #expect(response.status == .ok && !origins.isEmpty)
                } catch let error as APIError {
                    #expect(error.code == .refusedHost && origins.isEmpty)
                }
                try await client.shutdown()
            }
            #expect(server.requests.map { $0.headers["Host"] } == [["birch.api.localhost:\(port)"]])
        }
    }

    @Test(arguments: ["http://api.example", "https://api.example/v1", "api.example"])
    func `of the client must be one that a token may go to`(_ origin: String) {
        #expect(throws: CredentialError(.misconfigured, message: "")) {
            try APIClient(TokenKeeper(), configuration: .init(origins: [origin]))
        }
    }

    @Test func `must prove its name, whatever the HTTP client was told`() async throws {
        try await APIServer.with(.good) { server, port in
            let tokens = TokenKeeper(accountURL: "https://evil.api.localhost:\(port)")
            try await APIWorld.with(tokens: tokens, settings: .init(believesAnyCertificate: true), script: .good) {
                world in
                #expect(await world.failure()?.code == .unreachable)
            }
            #expect(server.requests.isEmpty)
        }
    }
}

@Suite struct `an answer that does not come` {
    @Test func `is not waited for longer than was said, when its body never ends`() async throws {
        let script = APIServer.Script { _, _ in .init(status: 400, body: "{", hangs: true) }
        try await APIWorld.with(settings: .init(timeout: .milliseconds(300)), script: script) { world in
            #expect(await world.failure()?.code == .timedOut)
        }
    }

    @Test func `whole is not kept beyond its limit`() async throws {
        let script = APIServer.Script { _, _ in .status(400, body: String(repeating: "x", count: 2000)) }
        try await APIWorld.with(settings: .init(collectedByteLimit: 1000), script: script) { world in
            #expect(await world.failure()?.code == .tooLarge)
        }
    }

    @Test func `because nobody listens is told without the request`() async throws {
        let tokens = TokenKeeper(accountURL: "https://acme.api.localhost:1")
        try await APIWorld.with(tokens: tokens, settings: .init(timeout: .milliseconds(300)), script: .good) {
            let error = await $0.failure(APIRequest(target: "/leads?secret=\(APIWorld.marker)"))
            #expect(error?.code == .unreachable || error?.code == .timedOut)
            #expect(error.map { "\($0)" }?.contains(APIWorld.marker) == false)
        }
    }
}
