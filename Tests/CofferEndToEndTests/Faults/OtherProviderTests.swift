// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

import CofferSandbox
import Foundation
import Subprocess
import Testing

/// The main job against the sandbox's other providers.
@Suite(.timeLimit(.minutes(3))) struct `Other providers than amoCRM` {
    private static let force = ["refresh", "--force", "main/crm/acme"]
    private static let reference = "main/crm/acme#refresh_token"

    @Test(arguments: [SandboxProvider.kommo, .bitrix24, .strict])
    func `are connected, refreshed and read`(provider: SandboxProvider) async throws {
        try await World.with(provider, accounts: ["acme", "birch"]) { world in
            let spent = try await world.field(Self.reference)
            let before = try await world.token("acme")
            try await world.succeed(Self.force)
            #expect(try await world.token("acme") != before)
            #expect(try await world.field(Self.reference) != spent)
            #expect(world.sandbox.log.requests(carrying: spent).map(\.status) == [200])
            // Never to a portal: see the description of Bitrix24.
            let secret = world.sandbox.integration.clientSecret
            let carriers = world.sandbox.log.requests(carrying: secret)
            #expect(carriers.allSatisfy { $0.endpoint == .token || $0.endpoint == .introspection })
            if provider == .bitrix24 { #expect(carriers.allSatisfy { $0.host == "bitrix24.localhost" }) }
        }
    }

    @Test func `the strict server ends the family after a lost answer, and that is said`() async throws {
        try await World.with(.strict) { world in
            let spent = try await world.field(Self.reference)
            world.sandbox.faults.set([FaultRule(.answerLost, grantType: "refresh_token")])
            for _ in 0..<3 { _ = try await world.program.run(Self.force) }
            #expect(world.sandbox.log.requests(carrying: spent).count == 2)
            #expect(try await world.state("acme") == "needs_reauthorization")
            try await world.program.run("token", "main/crm/acme").expectRefusal(80, saying: "coffer connect")
        }
    }

    @Test func `the strict server with a grace window loses nothing`() async throws {
        try await World.with(.strict) { world in
            world.sandbox.faults.set([
                FaultRule(.graceWindow, grantType: "refresh_token"), FaultRule(.answerLost, grantType: "refresh_token"),
            ])
            _ = try await world.program.run(Self.force)
            try await world.succeed(Self.force)
            #expect(try await world.state("acme") == "active")
        }
    }

    @Test func `Bitrix24's wrong client is no success although it comes with 200, and ends no grant`() async throws {
        try await World.with(.bitrix24, accounts: []) { world in
            var arguments = world.appArguments("main/wrong")
            arguments[arguments.firstIndex(of: "--client-id").map { $0 + 1 } ?? 0] = "local.0.0"
            try await world.succeed(arguments, input: .text(world.sandbox.integration.clientSecret + "\n"))
            let portal = try #require(world.sandbox.accounts.first)
            let (_, end) = try await world.program.start(
                [
                    "connect", "main/wrong/acme", "--paste", "--yes", "--no-browser", "--account-host",
                    world.sandbox.host(of: portal),
                ], input: .open
            ) {
                let line = try #require(await $0.line(containing: "https://"))
                await $0.write(
                    try world.sandbox.authorize(account: "acme", state: World.query(of: line)["state"]).callbackURL)
            }
            #expect(end.status == .exited(78), "\(end.errors)")
            #expect(world.sandbox.log.requests(for: .token).map(\.status) == [200])
            #expect(try await world.status().isEmpty)
        }
    }

    /// Whoever refreshes on a timer may be blocked (https://apidocs.bitrix24.com, settings/oauth/auto-renewal).
    @Test func `Bitrix24's token is refreshed by nobody before it is over, and how long it lives is said`() async throws
    {
        try await World.with(.bitrix24, lifetime: .seconds(3600), movesTime: true) { world in
            // An hour is too long to wait for; Bitrix24Tests of the keeper hold everywhere.
            guard world.clock != nil else { return }
            let first = try await world.token("acme")
            world.sandbox.log.clear()
            let (_, end) = try await world.program.start(["refresh", "--watch"]) { running in
                _ = await running.line(containing: "watching")
                // A third of the time in which others' tokens are refreshed is over.
                try await world.letPass(seconds: 3_000)
                #expect(try await world.token("acme") == first)
                try await world.succeed("refresh")
                try await world.succeed("refresh", "--all")
                let said = try await world.succeed("token", "main/crm/acme", "--min-valid", "30m")
                #expect(said.text == first + "\n")
                said.expectOneSentence(saying: "less than was asked for")
                try await world.program.run("token", "main/crm/acme", "--min-valid", "30m", "--min-valid-strict")
                    .expectRefusal(75, saying: "less than was asked for")
                #expect(world.sandbox.log.records.isEmpty)
                try await world.letPass(seconds: 601)
                try await world.succeed("refresh")
                #expect(world.sandbox.log.records.isEmpty)
                #expect(try await world.token("acme") != first)
                #expect(world.sandbox.log.requests(for: .token).map(\.status) == [200])
                running.send(SIGTERM)
            }
            #expect(end.status == .exited(143), "\(end.errors)")
            #expect(world.sandbox.log.requests(for: .token).count == 1)
        }
    }

    @Test func `a portal that was renamed is told by the next refresh and stays the same account`() async throws {
        try await World.with(.bitrix24) { world in
            let id = try await world.status()["main/crm/acme"]?["account_id"] as? String
            try world.sandbox.rename(account: "acme")
            try await world.succeed(Self.force)
            let row = try #require(try await world.status()["main/crm/acme"])
            #expect(row["account_id"] as? String == id)
            #expect((row["account_url"] as? String)?.contains("acme-2.bitrix24.localhost") == true, "\(row)")
        }
    }
}
