// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

import CofferSandbox
import Foundation
import Subprocess
import Testing

/// A leak of several apps, while a person is waited for at the first.
@Suite(.timeLimit(.minutes(4))) struct `A leak of several apps, with the real program` {
    private static let desk = "main/desk"
    private static let enter = "press Enter, then click"

    /// A report of gitleaks that has found these.
    private static func report(_ world: World, _ secrets: [String]) throws -> String {
        let findings = secrets.map { ["RuleID": "generic-api-key", "Secret": $0, "Match": $0, "File": "settings.py"] }
        return try world.program.home.write(JSONSerialization.data(withJSONObject: findings), to: "report.json")
    }

    /// The rotations that are open, by their apps.
    private static func open(_ world: World) async throws -> [String: [String: Any]] {
        let end = try await world.succeed("rotate", "list", "--open", "--json")
        let rows = end.json["rotations"] as? [[String: Any]] ?? []
        return Dictionary(rows.compactMap { row in (row["app"] as? String).map { ($0, row) } }) { $1 }
    }

    /// Runs a body in a world with two apps that have one secret, and an account each.
    private static func with(_ body: (World, String) async throws -> Void) async throws {
        try await World.with { world in
            let secret = world.sandbox.integration.clientSecret
            try await world.succeed(world.appArguments(desk), input: .text(secret + "\n"))
            try await world.connect("birch", as: "\(desk)/birch")
            try await body(world, secret)
        }
    }

    @Test func `holds back the tokens of all before the first is through, and leaves each to be gone on with`()
        async throws
    {
        try await Self.with { world, secret in
            let file = try Self.report(world, [secret])
            let sitting = try await world.program.sit(
                ["leak", "import", file, "--yes", "--hold"], [.closes(at: Self.enter)])
            #expect(sitting.status == 143, "\(sitting.screen)")
            #expect(sitting.screen.contains("2 rotations are open, and what they"), "\(sitting.screen)")
            for path in ["main/crm/acme", "\(Self.desk)/birch"] {
                try await world.program.run("token", path).expectRefusal(84)
            }
            let open = try await Self.open(world)
            #expect(Set(open.keys) == [World.app, Self.desk])
            #expect(
                Set(open.values.compactMap { $0["state"] as? String }) == ["awaiting_operator", "running"], "\(open)")

            let new = try world.sandbox.regenerateSecret(of: world.sandbox.integration)
            for row in open.values {
                let id = try #require(row["id"] as? String)
                let end = try await world.program.run("rotate", "resume", id, input: .text(new))
                #expect(end.status == .exited(0) || end.status == .exited(83), "\(end.errors)\(end.text)")
            }
            #expect(try await Self.open(world).isEmpty)
            _ = try await world.token("acme")
            _ = try await world.succeed("token", "\(Self.desk)/birch")
        }
    }

    @Test func `without a terminal ends with 82 for both, and says how each goes on`() async throws {
        try await Self.with { world, secret in
            let end = try await world.program.run("leak", "import", try Self.report(world, [secret]), "--yes", "--hold")
            #expect(end.status == .exited(82), "\(end.errors)")
            let open = try await Self.open(world)
            #expect(open.count == 2 && open.values.allSatisfy { $0["state"] as? String == "awaiting_operator" })
            for (app, row) in open {
                let id = try #require(row["id"] as? String)
                #expect(end.errors.contains("\(app) goes on with: coffer rotate resume \(id)"), "\(end.errors)")
            }
            try await world.program.run("token", "\(Self.desk)/birch").expectRefusal(84)
        }
    }

    @Test func `has what an API is asked with replaced first, and asks with it all the same where somebody says so`()
        async throws
    {
        try await World.with(.strict) { world in
            let (secret, credential) = (world.sandbox.integration.clientSecret, "main/idp-admin")
            try await world.succeed("put", credential, input: .text("sandbox-administrator"))
            try await world.succeed(
                "app", "driver", World.app, "--api", "keycloak", "--admin-url",
                "\(world.sandbox.baseURL)/administration/keycloak/admin/realms/staff", "--credential", credential)
            let file = try Self.report(world, [secret, "sandbox-administrator"])
            let end = try await world.program.run("leak", "import", file, "--yes", "--hold", "--json")
            #expect(end.status == .exited(82), "\(end.errors)")
            let results = end.json["results"] as? [[String: Any]] ?? []
            #expect(results.map { $0["subject"] as? String } == [credential, World.app], "\(end.text)")
            #expect(results.map { $0["outcome"] as? String } == ["awaiting_operator", "running"], "\(end.text)")
            #expect(world.sandbox.integration.clientSecret == secret)
            for arguments in [["token", "main/crm/acme"], ["get", credential]] {
                try await world.program.run(arguments).expectRefusal(84)
            }
            let id = try #require(try await Self.open(world)[World.app]?["id"] as? String)
            let resumed = try await world.program.run("rotate", "resume", id)
            #expect(resumed.status == .exited(0), "\(resumed.errors)\(resumed.text)")
            #expect(world.sandbox.integration.clientSecret != secret)
            _ = try await world.token("acme")
            try await world.program.run("get", credential).expectRefusal(84)
        }
    }
}
