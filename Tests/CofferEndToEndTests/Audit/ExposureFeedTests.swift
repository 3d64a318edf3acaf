// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

import CofferSandbox
import Foundation
import Subprocess
import Testing

/// What `--quiet` prints goes into the next command as it is.
@Suite(.timeLimit(.minutes(4))) struct `The list of an exposure` {
    private static func list(_ world: World, _ must: String, _ question: [String]) async throws -> [String] {
        try await world.succeed(["audit", "exposure", "--must", must, "--quiet"] + question).text
            .split(separator: "\n").map(String.init)
    }

    /// Feeds the list into a command, one path at a time.
    private static func feed(
        _ world: World, _ must: String, _ question: [String], into command: String
    ) async throws -> Finished {
        let asked = question.joined(separator: " ")
        return try await world.program.run(
            "ignored",
            script: """
                "$0" audit exposure --must \(must) --quiet \(asked) | xargs -r -n1 "$0" \(command)
                """)
    }

    /// An owner, and a job that is lent a static secret in a bundle and reads it there.
    private static func withLentSecret(_ world: World, _ homes: TwoHomes, _ name: String) async throws {
        let file = "\(world.program.home.path)/\(name).bundle"
        try await world.succeed("bundle", "--for", name, "--output", file, "main/npm")
        var job = homes.guest
        job.environment["COFFER_VAULT"] = file
        #expect(try await job.run("get", "main/npm").text == "made-up")
        try await world.succeed("bundle", "collect", file)
    }

    @Test func `goes into rotate where an app's secret was read through a connection`() async throws {
        try await World.with { world in
            try await world.succeed("put", "main/npm", input: .text("made-up"))
            try await TwoHomes.with(owner: world.program) { homes in
                try await homes.letIn("ops", "--role", "issuer", "--space", "main")
                let read = try await homes.guest.run("get", "main/crm/acme#client_secret")
                #expect(read.text == world.sandbox.integration.clientSecret)
                try await Self.withLentSecret(world, homes, "ops")
                let questions = [["--identity", "ops"], ["--since", "1h"], ["--path", "main/crm/acme"]]
                for question in questions {
                    #expect(try await Self.list(world, "rotate", question) == ["main/crm"], "\(question)")
                    let end = try await Self.feed(world, "rotate", question, into: "rotate --leak --dry-run")
                    #expect(end.status == .exited(0) && !end.text.isEmpty, "\(question): \(end.errors)")
                    // The rotation of the app brings new tokens; a static secret is nothing that a refresh replaces.
                    #expect(try await Self.list(world, "reissue", question) == [], "\(question)")
                }
                for question in questions.prefix(2) {
                    #expect(try await Self.list(world, "replace", question) == ["main/npm"], "\(question)")
                }
                let end = try await Self.feed(world, "rotate", ["--since", "1h"], into: "rotate --leak")
                // A person must click now; xargs says 123 for any failure of what it runs.
                #expect(end.status == .exited(123) && end.text.contains("WHAT TO DO"), "\(end.text)\(end.errors)")
                let open = try await world.succeed("rotate", "list", "--open", "--json")
                let rotations = open.json["rotations"] as? [[String: Any]] ?? []
                #expect(rotations.map { $0["app"] as? String } == ["main/crm"])
            }
        }
    }

    @Test func `goes into refresh where tokens were handed out, and names no static secret`() async throws {
        try await World.with { world in
            try await world.succeed("put", "main/npm", input: .text("made-up"))
            try await TwoHomes.with(owner: world.program) { homes in
                try await homes.letIn("ci", "--role", "reader", "--space", "main")
                var token = try await homes.guest.run("token", "main/crm/acme").text
                try await Self.withLentSecret(world, homes, "ci")
                for question in [["--identity", "ci"], ["--since", "1h"], ["--path", "main/crm/acme"]] {
                    #expect(try await Self.list(world, "reissue", question) == ["main/crm/acme"], "\(question)")
                    #expect(try await Self.list(world, "rotate", question) == [], "\(question)")
                    let end = try await Self.feed(world, "reissue", question, into: "refresh --force")
                    #expect(end.status == .exited(0), "\(question): \(end.text)\(end.errors)")
                    let next = try await world.succeed("token", "main/crm/acme").text
                    #expect(next != token)
                    token = next
                }
            }
        }
    }

    @Test func `names an app for rotate only if it has a secret to rotate`() async throws {
        try await Home.with { home in
            let program = Program(home: home)
            try await program.run("init")
            let keycloak = ["--provider", "keycloak", "--set", "host=id.example.com", "--set", "realm=main"]
            let added = try await program.run(
                ["app", "add", "main/kc", "--client-id", "backup", "--client-auth", "private-key-jwt"]
                    + ["--new-key", "es256"] + keycloak)
            try #require(added.status == .exited(0), "\(added.errors)")
            try await program.run("get", "main/kc#client_key")
            for question in [["--identity", "owner"], ["--since", "1h"], ["--path", "main/kc"]] {
                let end = try await program.run(["audit", "exposure", "--json"] + question)
                let rows = end.json["exposure"] as? [[String: Any]] ?? []
                #expect(rows.map { $0["must"] as? String } == ["replace"], "\(question): \(end.text)")
                #expect(rows.map { $0["fields"] as? [String] } == [["client_key"]], "\(question)")
                #expect(rows.map { $0["reads"] as? Int } == [1])
            }
        }
    }
}
