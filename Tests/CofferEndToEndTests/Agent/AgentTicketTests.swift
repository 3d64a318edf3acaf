// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

import CofferAgentClient
import CofferCredentials
import CofferVault
import Foundation
import Subprocess
import SystemPackage
import Testing

/// Those who have a ticket, where they are let in and where they are not.
@Suite(.timeLimit(.minutes(5))) struct `An agent's tickets` {
    /// The end of a body that is whole (RFC 9112 §7.1).
    private static let lastChunk = "\r\n0\r\n\r\n"

    /// Runs a body with an agent, and with what those see of it who reach its socket for tickets only.
    private static func with(
        movesTime: Bool = false, _ body: (World, RunningAgent, _ guests: RunningAgent) async throws -> Void
    ) async throws {
        try await World.with(accounts: ["acme", "birch"], movesTime: movesTime) { world in
            for name in ["key", "other"] {
                try await world.succeed("put", "main/\(name)", input: .text("made-up-\(name)"))
            }
            let place = "\(world.program.home.path)/tickets/agent.sock"
            let (_, end) = try await world.program.withAgent(
                ["--ticket-socket", place], environment: ["COFFER_LOG": "trace"]
            ) { agent in
                try await body(world, agent, RunningAgent(process: agent.process, socket: place))
            }
            #expect(end.status == .exited(0), "\(end.errors)")
            #expect(end.errors.contains("answering tickets at \(place)"))
            #expect(!end.errors.contains("coffer-ticket-1") && !end.errors.contains("made-up"), "\(end.errors)")
            #expect(!FileManager.default.fileExists(atPath: place))
        }
    }

    private static func ticket(_ world: World, _ paths: String..., more: [String] = []) async throws -> String {
        let made = try await world.succeed(["agent", "ticket"] + paths.flatMap { ["--path", $0] } + more)
        #expect(made.text.hasSuffix("\n") && made.text.hasPrefix("coffer-ticket-1"))
        return made.text.trimmingCharacters(in: .newlines)
    }

    private static func ask(
        _ agent: RunningAgent, _ target: String, _ ticket: String, method: String = "GET", body: String? = nil
    ) async throws -> RunningAgent.Answer {
        try await agent.ask(target, method: method, fields: ["Authorization: Bearer \(ticket)"], body: body)
    }

    @Test func `read what they are for, on both sockets, and find nothing else there`() async throws {
        let document = try OpenAPIDocument()
        try await Self.with { world, agent, guests in
            let ticket = try await Self.ticket(world, "main/crm/acme", "main/crm/none", "main/key", "main/nowhere")
            for place in [agent, guests] {
                let token = try await Self.ask(place, "/v1/token?path=main/crm/acme", ticket)
                #expect(token.status == 200 && token.json["access_token"] as? String != nil)
                #expect(document.faults(of: token, to: "GET /v1/token") == [])
                let secret = try await Self.ask(place, "/v1/secret?path=main/key", ticket)
                #expect(secret.json["value"] as? String == "made-up-key")
                // What is there and not for it looks like what is not there.
                for (endpoint, foreign, none) in [
                    ("token", "main/crm/birch", "main/crm/none"), ("token", "main/x/birch", "main/x/none"),
                    ("secret", "main/other", "main/nowhere"), ("secret", "main/crm/birch", "main/crm/none"),
                ] {
                    let there = try await Self.ask(place, "/v1/\(endpoint)?path=\(foreign)", ticket)
                    let nowhere = try await Self.ask(place, "/v1/\(endpoint)?path=\(none)", ticket)
                    let text = String(decoding: there.body, as: UTF8.self).replacing(foreign, with: none)
                    #expect(there.status == nowhere.status && text == String(decoding: nowhere.body, as: UTF8.self))
                    #expect([400, 404].contains(there.status))
                }
                let entries = try await Self.ask(place, "/v1/entries", ticket).json["entries"] as? [[String: Any]]
                #expect(entries?.compactMap { $0["path"] as? String } == ["main/crm/acme", "main/key"])
                let status = try await Self.ask(place, "/v1/status", ticket)
                let connections = status.json["connections"] as? [[String: Any]]
                #expect(connections?.compactMap { $0["path"] as? String } == ["main/crm/acme"])
                #expect(document.faults(of: status, to: "GET /v1/status") == [])
                // What is refreshed, and when, is about those that it is not for as well.
                let facts = try #require(status.json["agent"] as? [String: Any])
                for name in ["running", "waiting", "next_due_at", "refreshed", "failed"] {
                    #expect(facts[name] == nil, "\(name)")
                }
                #expect(try await Self.ask(place, "/v1/health", ticket).json["status"] as? String == "ok")
            }
            let own = try await agent.ask("/v1/status").json["agent"] as? [String: Any]
            #expect(own?["running"] != nil && own?["failed"] != nil)
        }
    }

    @Test func `do nothing but read`() async throws {
        let document = try OpenAPIDocument()
        try await Self.with { world, agent, guests in
            let ticket = try await Self.ticket(world, "**")
            let token = try await agent.token("main/crm/acme")
            let report = #"{"path":"main/crm/acme","access_token":"\#(token.value)","version":\#(token.version)}"#
            let more = #"{"paths":["**"],"ttl_seconds":60}"#
            for place in [agent, guests] {
                for (operation, body) in [
                    ("POST /v1/lock", nil), ("POST /v1/unlock", nil), ("POST /v1/rejected", report),
                    ("POST /v1/ticket", more), ("GET /v1/tickets", nil), ("POST /v1/revoke", #"{"name":"a"}"#),
                    ("GET /v1/metrics", nil),
                ] as [(String, String?)] {
                    let parts = operation.split(separator: " ").map(String.init)
                    let answer = try await Self.ask(place, parts[1], ticket, method: parts[0], body: body)
                    #expect(answer.status == 403 && answer.code == "not_permitted", "\(operation)")
                    #expect(document.faults(of: answer, to: operation) == [])
                }
            }
            try await agent.expectService()
            let same = try await agent.token("main/crm/acme")
            #expect(same.version == token.version)
        }
    }

    @Test func `stand in Authorization, once, and nowhere else`() async throws {
        let document = try OpenAPIDocument()
        try await Self.with { world, agent, guests in
            let ticket = try await Self.ticket(world, "**")
            let field = "Authorization: Bearer \(ticket)"
            for (target, fields) in [
                ("/v1/secret?path=main/key", []), ("/v1/health", []), ("/v1/nothing", []), ("/v1/events", []),
                ("/v1/secret?path=main/key&ticket=\(ticket)", []),
                ("/v1/secret?path=main/key&access_token=\(ticket)", []),
                ("/v1/secret?path=main/key", ["Cookie: ticket=\(ticket)"]),
                ("/v1/secret?path=main/key", ["Proxy-Authorization: Bearer \(ticket)"]),
                ("/v1/secret?path=main/key", [field, field]),
                ("/v1/secret?path=main/key", [field, "Authorization: Basic YTpi"]),
                ("/v1/secret?path=main/key", ["Authorization: \(ticket)"]),
                ("/v1/secret?path=main/key", ["Authorization: Basic \(ticket)"]),
                ("/v1/secret?path=main/key", ["Authorization: Bearer \(ticket)x"]),
                ("/v1/secret?path=main/key", ["Authorization: Bearer \(ticket.dropLast())"]),
                ("/v1/secret?path=main/key", ["Authorization: Bearer \(ticket) \(ticket)"]),
                ("/v1/secret?path=main/key", ["Authorization: Bearer " + String(repeating: "a", count: 4000)]),
            ] as [(String, [String])] {
                let answer = try await guests.ask(target, fields: fields)
                #expect(answer.status == 401 && answer.code == "invalid_ticket", "\(target) \(fields)")
                #expect(answer.fields["www-authenticate"] == "Bearer")
                #expect(document.faults(of: answer, to: "GET /v1/secret") == [])
                #expect(!String(decoding: answer.body, as: UTF8.self).contains("coffer-ticket-1"))
            }
            // What is no HTTP, or too long for it, is that everywhere.
            let head = "GET /v1/secret?path=main/key HTTP/1.1\r\nHost: coffer\r\nConnection: close\r\n"
            for wrong in [
                "Authorization: Bearer \(ticket)\u{0}\r\n", "Authorization: Bearer \n\(ticket)\r\n",
                "Authorization: Bearer " + String(repeating: "a", count: 20_000) + "\r\n",
            ] {
                let answer = try await guests.exchange(head + wrong + "\r\n")
                #expect(answer.status == 400 && answer.body.isEmpty, "\(wrong.prefix(60))")
            }
            // On the agent's own socket one that is not good is refused as well: less was meant than all.
            let foreign = try await Self.ask(agent, "/v1/secret?path=main/key", "coffer-ticket-1made-up")
            #expect(foreign.status == 401)
            let good = try await guests.ask("/v1/secret?path=main/key", fields: [field])
            #expect(good.status == 200)
        }
    }

    @Test func `end when they are revoked, with whoever listens`() async throws {
        try await Self.with { world, agent, guests in
            let ticket = try await Self.ticket(world, "main/crm/acme", more: ["--name", "import"])
            let other = try await Self.ticket(world, "main/**", more: ["--name", "other"])
            let listener = try await EventListener(guests, ticket: ticket)
            let all = try await EventListener(guests, ticket: other)
            for one in [listener, all] { #expect(await one.hears(":\n\n")) }
            try await world.succeed("refresh", "--force", "main/crm/birch")
            #expect(await all.hears(#""path":"main/crm/birch","state":"active","version":2"#))
            try await world.succeed("refresh", "--force", "main/crm/acme")
            #expect(await listener.hears(#""path":"main/crm/acme","state":"active","version":2"#))
            #expect(!listener.heard.contains("birch"))

            try await world.program.run("agent", "ticket", "--path", "main/a/b", "--name", "import")
                .expectRefusal(64, saying: "import")
            try await world.succeed("agent", "ticket", "revoke", "import")
            #expect(await listener.hears(Self.lastChunk))
            // It was ended as a whole, and the connection with it.
            #expect(await !listener.hears("never") && listener.heard.lowercased().contains("connection: close"))
            let answer = try await Self.ask(guests, "/v1/token?path=main/crm/acme", ticket)
            #expect(answer.status == 401)
            try await world.program.run("agent", "ticket", "revoke", "import").expectRefusal(66, saying: "import")
            let still = try await Self.ask(guests, "/v1/token?path=main/crm/acme", other)
            #expect(still.status == 200)
        }
    }

    @Test func `end when the agent is locked, and are not good after it was unlocked`() async throws {
        try await Self.with { world, agent, guests in
            let ticket = try await Self.ticket(world, "main/**")
            let listener = try await EventListener(guests, ticket: ticket)
            #expect(await listener.hears(":\n\n"))
            try await world.succeed("agent", "lock")
            #expect(await listener.hears(Self.lastChunk))
            let locked = try await Self.ask(guests, "/v1/health", ticket)
            #expect(locked.status == 401)
            try await world.program.run("agent", "ticket", "--path", "main/a").expectRefusal(82, saying: "locked")
            try await world.succeed("agent", "unlock")
            let unlocked = try await Self.ask(guests, "/v1/token?path=main/crm/acme", ticket)
            #expect(unlocked.status == 401)
            let list = try await world.succeed("agent", "ticket", "list", "--json").json["tickets"] as? [Any]
            #expect(list?.isEmpty == true)
        }
    }

    @Test func `end with their time`() async throws {
        try await Self.with(movesTime: true) { world, _, guests in
            let ticket = try await Self.ticket(world, "main/**", more: ["--ttl", "10m"])
            let listener = try await EventListener(guests, ticket: ticket)
            #expect(await listener.hears(":\n\n"))
            try await world.letPass(seconds: 500)
            let before = try await Self.ask(guests, "/v1/secret?path=main/key", ticket)
            #expect(before.status == 200)
            try await world.letPass(seconds: 100)
            let after = try await Self.ask(guests, "/v1/secret?path=main/key", ticket)
            #expect(after.status == 401)
            #expect(await listener.hears(Self.lastChunk))
        }
    }

    @Test func `stand in the vault's record by their names`() async throws {
        try await Self.with { world, agent, guests in
            let made = try await world.succeed(
                "agent", "ticket", "--path", "main/crm/*", "--path", "main/key", "--name", "import", "--json")
            #expect(made.json["name"] as? String == "import" && made.json["version"] as? Int == 1)
            let ticket = try #require(made.json["ticket"] as? String)
            for _ in 1...3 {
                for target in ["/v1/token?path=main/crm/acme", "/v1/secret?path=main/key", "/v1/entries"] {
                    let answer = try await Self.ask(guests, target, ticket)
                    #expect(answer.status == 200)
                }
                _ = try await agent.token("main/crm/acme")
            }
            let list = try await world.succeed("agent", "ticket", "list", "--quiet")
            #expect(list.text == "import\n")
            try await world.succeed("agent", "ticket", "revoke", "import")
            // What was only counted is written when it is locked.
            try await world.succeed("agent", "lock")
            let events = try await world.program.home.audit()
            let own = events.filter { $0.details["ticket"] == "import" }
            let issued = try #require(own.first { $0.action == .ticket })
            #expect(issued.details["for"] == "main/crm/* main/key" && issued.details["until"] != nil)
            #expect(own.contains { $0.action == .endTicket })
            for (action, path) in [(AuditAction.handOut, "main/crm/acme"), (.read, "main/key")] {
                let handed = own.filter { $0.action == action && $0.paths == [path] }
                #expect(handed.count == 2 && handed.contains { $0.details["repeats"] == "2" }, "\(action.rawValue)")
                #expect(handed.allSatisfy { $0.reason.contains("ticket import") })
            }
            #expect(own.count { $0.action == .list } == 3)
            // The user's own processes have events of their own.
            #expect(events.count { $0.action == .handOut && $0.details["ticket"] == nil } == 2)
            #expect(!events.contains { $0.reason.contains(ticket) })
        }
    }

    @Test func `have events of their own, also where one has the name of another`() async throws {
        try await Self.with { world, _, guests in
            for _ in 1...2 {
                let ticket = try await Self.ticket(world, "main/key", more: ["--name", "import"])
                for _ in 1...2 {
                    let answer = try await Self.ask(guests, "/v1/secret?path=main/key", ticket)
                    #expect(answer.status == 200)
                }
                try await world.succeed("agent", "ticket", "revoke", "import")
            }
            try await world.succeed("agent", "lock")
            let reads = try await world.program.home.audit().filter { $0.action == .read }
            #expect(reads.count == 4 && reads.count { $0.details["repeats"] == "1" } == 2)
            #expect(reads.allSatisfy { $0.details["ticket"] == "import" })
        }
    }

    /// As in a container: no identity, no vault, and the socket for tickets alone.
    @Test func `are enough for a command and for a program`() async throws {
        let (acme, key) = (try CredentialPath("main/crm/acme"), try CredentialPath("main/key"))
        try await Self.with { world, agent, guests in
            let ticket = try await Self.ticket(world, "main/crm/*", "main/key")
            let home = world.program.home
            let file = try home.write("\(ticket)\n".utf8, to: "ticket")
            let token = try await agent.token("main/crm/acme").value
            let inside = [
                "COFFER_AGENT_SOCKET": guests.socket, "COFFER_VAULT": "\(home.path)/none.db",
                "XDG_CONFIG_HOME": home.path,
            ]
            for named in [["COFFER_AGENT_TICKET_FILE": file], ["COFFER_AGENT_TICKET": ticket]] {
                let environment = inside.merging(named) { $1 }
                let printed = try await world.program.run("token", "main/crm/acme", environment: environment)
                #expect(printed.status == .exited(0) && printed.text == token + "\n", "\(printed.errors)")
                let got = try await world.program.run("get", "main/key", environment: environment)
                #expect(got.text == "made-up-key", "\(got.errors)")
                try await world.program.run("get", "main/other", environment: environment)
                    .expectRefusal(66, saying: "main/other")
                let reference = ["--env", "KEY=coffer://main/key"]
                let ran = try await world.program.run(
                    ["run"] + reference + ["--", "/bin/sh", "-c", "echo ${#KEY}"], environment: environment)
                #expect(ran.text == "11\n" && ran.errors.isEmpty, "\(ran.errors)")
                let written = try await world.program.run(
                    ["inject", "--format", "docker"] + reference, environment: environment)
                #expect(written.text == "KEY=made-up-key\n" && written.errors.isEmpty, "\(written.errors)")
            }
            let foreign = inside.merging(["COFFER_AGENT_TICKET": "coffer-ticket-1nobodys"]) { $1 }
            try await world.program.run("token", "main/crm/acme", environment: foreign)
                .expectRefusal(77, saying: "takes a ticket")

            let provider = try AgentCredentialProvider(
                socket: guests.socket, ticket: Secret(ticket), maximumAge: .zero, environment: [:])
            let first = try await provider.credential(for: CredentialRequest(path: acme))
            let second = try await provider.credential(for: CredentialRequest(path: key))
            await provider.report(rejected: first)
            let third = try await provider.credential(for: CredentialRequest(path: acme))
            await provider.close()
            #expect(first.value == Secret(token) && second.value == Secret("made-up-key"))
            #expect(third.version == first.version)
        }
    }

    @Test func `have a socket in a folder of its own`() async throws {
        try await Home.with { home in
            let program = Program(home: home)
            try #require(try await program.run("init").status == .exited(0))
            for place in ["\(home.path)/run/coffer/tickets.sock", "\(home.path)/run/coffer/../coffer/t.sock"] {
                try await program.run("agent", "--ticket-socket", place)
                    .expectRefusal(64, saying: "a folder of its own")
            }
            try FileManager.default.createDirectory(
                atPath: "\(home.path)/open", withIntermediateDirectories: true, attributes: [.posixPermissions: 0o700])
            try FileManager.default.setAttributes([.posixPermissions: 0o755], ofItemAtPath: "\(home.path)/open")
            try await program.run("agent", "--ticket-socket", "\(home.path)/open/t.sock")
                .expectRefusal(78, saying: "chmod 700")
        }
    }

    private static let playsOthers =
        geteuid() == 0
        && ["/usr/bin/setpriv", "/usr/bin/curl"].allSatisfy { FileManager.default.isExecutableFile(atPath: $0) }

    /// As in a container, whose processes are another user's and which was given the folder.
    @Test(.enabled(if: playsOthers)) func `are answered whoever has them`() async throws {
        try await Self.with { world, _, guests in
            let ticket = try await Self.ticket(world, "main/key")
            var folder = guests.socket
            while folder != (world.program.home.path as NSString).deletingLastPathComponent {
                folder = (folder as NSString).deletingLastPathComponent
                guard folder.hasPrefix(world.program.home.path) else { break }
                try FileManager.default.setAttributes([.posixPermissions: 0o755], ofItemAtPath: folder)
            }
            let other = try await Subprocess.run(
                .path("/usr/bin/setpriv"),
                arguments: [
                    "--reuid=65534", "--clear-groups", "/usr/bin/curl", "--silent", "--unix-socket", guests.socket,
                    "--header", "Authorization: Bearer \(ticket)", "http://coffer/v1/secret?path=main/key",
                ], output: .string(limit: 1 << 16))
            #expect(other.standardOutput.contains("made-up-key"), "\(other.terminationStatus)")
        }
    }
}
