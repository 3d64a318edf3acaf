// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

import Foundation
import Subprocess
import Testing

@Suite(.timeLimit(.minutes(4))) struct `An exposure` {
    private func rows(_ program: Program, _ arguments: String...) async throws -> [[String: Any]] {
        let end = try await program.run(["audit", "exposure", "--json"] + arguments)
        try #require(end.status == .exited(0), "\(end.errors)")
        return end.json["exposure"] as? [[String: Any]] ?? []
    }

    private func row(_ rows: [[String: Any]], _ path: String) -> [String: Any] {
        rows.first { $0["path"] as? String == path } ?? [:]
    }

    @Test func `of a leaked reader says what it could read, what it did, and what must be replaced`() async throws {
        try await World.with(accounts: ["acme", "birch"]) { world in
            let owner = world.program
            try await world.succeed("put", "main/gone", input: .text("gone before"))
            try await world.succeed("remove", "main/gone", "--yes")
            try await world.succeed("put", "main/npm", input: .text("npm"))
            try await world.succeed("put", "main/left", input: .text("left"))
            try await TwoHomes.with(owner: owner) { homes in
                try await homes.letIn("ci", "--role", "reader", "--space", "main")
                try await homes.guest.run("token", "main/crm/birch")
                try await homes.guest.run("token", "main/crm/birch")
                try await world.succeed("remove", "main/left", "--yes")

                let exposed = try await rows(owner, "--identity", "ci")
                #expect(
                    Set(exposed.compactMap { $0["path"] as? String })
                        == ["main/crm/acme", "main/crm/birch", "main/npm", "main/left"], "\(exposed)")
                #expect(exposed.first?["path"] as? String == "main/crm/birch")
                let birch = row(exposed, "main/crm/birch")
                #expect(birch["reads"] as? Int == 2 && birch["must"] as? String == "reissue")
                #expect(birch["fields"] as? [String] == ["access_token"] && birch["role"] as? String == "reader")
                #expect(row(exposed, "main/crm/acme")["reads"] as? Int == 0)
                #expect(row(exposed, "main/npm")["must"] as? String == "replace")
                #expect(row(exposed, "main/left")["must"] as? String == "withdraw")

                let who = try await rows(owner, "--path", "main/crm/birch")
                #expect(Set(who.compactMap { $0["identity"] as? String }) == ["owner", "ci"])
                let since = try await rows(owner, "--since", "1h")
                #expect(since.compactMap { $0["path"] as? String } == ["main/crm/birch"])
                try await homes.guest.run("audit", "exposure", "--identity", "ci").expectRefusal(77)
                try await owner.run("audit", "exposure", "--identity", "nobody").expectRefusal(66)
                #expect(try await owner.run("audit", "exposure").status == .exited(64))

                // What was replaced after the removal needs nothing more.
                try await world.succeed("identity", "remove", "ci", "--yes")
                let list = try await world.succeed(
                    "audit", "exposure", "--identity", "ci", "--must", "reissue", "--quiet")
                #expect(list.text == "main/crm/birch\nmain/crm/acme\n")
                for path in list.text.split(separator: "\n") {
                    try await world.succeed("refresh", "--force", String(path))
                }
                try await world.succeed("put", "main/npm", input: .text("new npm"))
                let after = try await rows(owner, "--identity", "ci")
                #expect(
                    after.filter { $0["must"] as? String == "nothing" }.count == 3, "\(after)")
            }
        }
    }

    @Test func `of a leaked issuer feeds the rotation`() async throws {
        try await World.with { world in
            let owner = world.program
            try await TwoHomes.with(owner: owner) { homes in
                try await homes.letIn("ops", "--role", "issuer", "--space", "main")
                try await homes.guest.run("get", "main/crm/acme#refresh_token")
                let exposed = try await rows(owner, "--identity", "ops")
                #expect(row(exposed, "main/crm")["must"] as? String == "rotate")
                #expect(row(exposed, "main/crm")["fields"] as? [String] == ["client_secret"])
                #expect(row(exposed, "main/crm/acme")["must"] as? String == "with_app")
                #expect(row(exposed, "main/crm/acme")["fields"] as? [String] == ["access_token", "refresh_token"])
                let script = """
                    "$0" audit exposure --identity ops --must rotate --quiet | xargs -n1 "$0" rotate --leak
                    """
                let end = try await owner.run("ignored", script: script)
                // A person must click now; xargs says 123 for any failure of what it runs.
                #expect(end.status == .exited(123), "\(end.errors)")
                #expect(end.text.contains("WHAT TO DO"), "\(end.text)\(end.errors)")
                let open = try await world.succeed("rotate", "list", "--open", "--json")
                let rotations = open.json["rotations"] as? [[String: Any]] ?? []
                #expect(rotations.map { $0["app"] as? String } == ["main/crm"])
            }
        }
    }

    @Test func `of a path at which there never was anything is refused`() async throws {
        try await Home.with { home in
            let owner = Program(home: home)
            try await owner.run("init")
            try await owner.run("put", "main/npm/token", input: .text("one"))
            try await owner.run("put", "main/left", input: .text("two"))
            try await owner.run("remove", "main/left", "--yes")
            try await owner.run("space", "add", "empty")
            for path in ["main/npn", "main/npm/toke", "main/npm/token/x", "mai", "\u{1B}[2J"] {
                try await owner.run("audit", "exposure", "--path", path).expectRefusal(66, saying: "never was")
            }
            for path in ["main", "main/", "main/npm", "main/npm/token"] {
                #expect(!(try await rows(owner, "--path", path).isEmpty), "\(path)")
            }
            #expect(try await rows(owner, "--path", "empty").isEmpty)
            let left = try await rows(owner, "--path", "main/left")
            #expect(left.map { $0["must"] as? String } == ["withdraw"])
        }
    }

    @Test func `says first that the record is broken, and ends with 65`() async throws {
        try await Home.with { home in
            let owner = Program(home: home)
            try await owner.run("init")
            try await owner.run("put", "main/npm", input: .text("one"))
            for _ in 0..<3 { try await owner.run("get", "main/npm") }
            let whole = try await owner.run("audit", "exposure", "--since", "1h", "--json")
            #expect(whole.status == .exited(0) && whole.json["broken"] as? Bool == false, "\(whole.text)")
            #expect((whole.json["notes"] as? [String])?.isEmpty == true)
            try home.tamper("DELETE FROM audit WHERE sequence = 4")
            for question in [["--since", "1h"], ["--identity", "owner"], ["--path", "main/npm"]] {
                let table = try await owner.run(["audit", "exposure"] + question)
                #expect(table.status == .exited(65) && table.text.contains("main/npm"), "\(table.text)\(table.errors)")
                #expect(table.errorLines.first?.contains("warning: the record of events is broken") == true)
                let quiet = try await owner.run(["audit", "exposure", "--quiet"] + question)
                #expect(quiet.status == .exited(65) && quiet.text == "main/npm\n", "\(quiet.errors)")
                let json = try await owner.run(["audit", "exposure", "--json"] + question)
                #expect(json.status == .exited(65) && json.json["broken"] as? Bool == true, "\(json.text)")
                #expect((json.json["notes"] as? [String])?.count == 1)
            }
            try await owner.run("audit", "exposure", "--path", "main/npn").expectRefusal(65)
        }
    }
}
