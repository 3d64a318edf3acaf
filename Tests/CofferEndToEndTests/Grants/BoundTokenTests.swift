// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

import CofferSandbox
import Foundation
import Subprocess
import Testing

/// DPoP (RFC 9449) against a server that wants its nonce in each proof, takes each proof once, and knows each key.
@Suite(.timeLimit(.minutes(3))) struct `A token that is bound to a key` {
    private static let path = "main/bound/acme"
    private static let redirect = "http://127.0.0.1/callback"

    /// A world with an app whose tokens are bound, and one account of it.
    private static func with(_ options: [String] = [], _ body: (World) async throws -> Void) async throws {
        try await World.with(.strict, accounts: []) { world in
            if options.contains("--register") {
                let place = ["--issuer", world.sandbox.baseURL, "--ca-file", world.sandbox.caFile]
                try await world.succeed(
                    ["app", "add", "main/bound", "--dpop", "--redirect-uri", redirect] + place + options)
            } else {
                let secret = world.sandbox.integration.clientSecret
                try await world.succeed(
                    world.appArguments("main/bound") + ["--dpop"] + options, input: .text(secret + "\n"))
            }
            try await world.connect("acme", as: path)
            try await body(world)
        }
    }

    /// The statuses of the token requests with a refresh token, in order.
    private static func refreshes(_ world: World) -> [Int?] {
        world.sandbox.log.requests(for: .token).filter { $0.grantType == "refresh_token" }.map(\.status)
    }

    @Test(arguments: [
        [], ["--register", "--public"], ["--register", "--client-auth", "private-key-jwt", "--new-key", "es256"],
    ])
    func `is refreshed with the same key by each process, for one nonce each`(_ options: [String]) async throws {
        try await Self.with(options) { world in
            let first = try await world.field("\(Self.path)#refresh_token")
            for _ in 1...2 { try await world.succeed("refresh", "--force", Self.path) }
            // Refused for want of a nonce before anything was processed, then made anew.
            #expect(Self.refreshes(world) == [400, 200, 400, 200])
            let presentations = world.sandbox.log.requests(carrying: first).filter { $0.endpoint == .token }
            #expect(presentations.map(\.status) == [400, 200])
            let row = try #require(try await world.status()[Self.path])
            #expect(row["state"] as? String == "active" && row["token_type"] as? String == "DPoP", "\(row)")
        }
    }

    @Test func `is no header alone, and works with the proof for one request`() async throws {
        try await Self.with { world in
            let get = "GET \(world.sandbox.baseURL)/userinfo?page=2"
            let header = ["token", Self.path, "--format", "header"]
            try await world.program.run(header).expectRefusal(78, saying: "--for")
            let api = APIClient(world.sandbox)
            let token = try await world.succeed("token", Self.path).text.trimmingCharacters(in: .newlines)
            #expect(try await api.answer("/userinfo", headerLines: "Authorization: Bearer \(token)").status == 401)
            #expect(try await api.answer("/userinfo", headerLines: "Authorization: DPoP \(token)").status == 401)
            let lines = try await world.succeed(header + ["--for", get]).text
            #expect(lines.hasPrefix("Authorization: DPoP \(token)\nDPoP: "))
            let asked = try await api.answer("/userinfo", headerLines: lines)
            let nonce = try #require(asked.nonce)
            #expect(asked.status == 401)
            let signed = try await world.succeed(header + ["--for", get, "--nonce", nonce]).text
            #expect(try await api.answer("/userinfo", headerLines: signed).status == 200)
            // Once, and for that request alone.
            #expect(try await api.answer("/userinfo", headerLines: signed).status == 401)
            let other = try await world.succeed(
                header + ["--for", "POST \(world.sandbox.baseURL)/userinfo", "--nonce", nonce])
            #expect(try await api.answer("/userinfo", headerLines: other.text).status == 401)
            for text in ["GET", "userinfo", "GET ftp://x"] {
                let end = try await world.program.run(header + ["--for", text])
                #expect(end.status != .exited(0) && end.output.isEmpty, "\(end.errors)")
            }
        }
    }

    @Test func `shows its key nowhere, and the key is found by who has it`() async throws {
        try await Self.with { world in
            for arguments in [["get", "\(Self.path)#proof_key"], ["get", "\(Self.path)#private_key"]] {
                let end = try await world.program.run(arguments)
                #expect(end.status == .exited(64) || end.status == .exited(66), "\(end.errors)")
            }
            for arguments in [
                ["token", Self.path, "--json"], ["status", "--json"], ["list", "--json"], ["audit", "show", "--json"],
                ["token", Self.path, "--format", "header", "--for", "GET https://a.example/"],
            ] {
                let end = try await world.succeed(arguments)
                #expect(!end.text.contains("PRIVATE") && !end.errors.contains("PRIVATE"))
            }
        }
    }

    @Test func `is narrowed with a proof too, and the narrower one is bound`() async throws {
        try await Self.with(["--scope", "read write"]) { world in
            let json = try await world.succeed("token", Self.path, "--scope", "read", "--json").json
            #expect(json["token_type"] as? String == "DPoP" && json["scope"] as? String == "read", "\(json)")
        }
    }

    /// RFC 9449 §5, §8: what is refused before anything was processed spends nothing, and ends no grant.
    @Test func `survives a server that answers nothing after the nonce`() async throws {
        try await Self.with { world in
            world.sandbox.faults.set([FaultRule(.serverError, grantType: "refresh_token", nth: 2)])
            #expect(try await world.program.run("refresh", "--force", Self.path).status == .exited(69))
            #expect(Self.refreshes(world) == [400, 500])
            try await world.succeed("refresh", "--force", Self.path)
            #expect(Self.refreshes(world) == [400, 500, 400, 200])
        }
    }
}
