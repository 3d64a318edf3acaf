// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

import CofferSandbox
import Foundation
import Subprocess
import Testing

@Suite(.timeLimit(.minutes(4))) struct `A string that was found somewhere` {
    private func trace(_ string: String, _ program: Program) async throws -> (status: Int32, match: [String: Any]) {
        let end = try await program.run("audit", "trace", "--json", input: .text(string))
        #expect(!(end.text + end.errors).contains(string.trimmingCharacters(in: .whitespacesAndNewlines)))
        guard case .exited(let status) = end.status else { return (-1, [:]) }
        let matches = end.json["matches"] as? [[String: Any]] ?? []
        #expect((end.json["ours"] as? Bool == true) == (status == 85), "\(end.text)\(end.errors)")
        #expect(matches.count <= 1, "\(matches)")
        return (status, matches.first ?? [:])
    }

    private func readers(_ match: [String: Any]) -> [String: Int] {
        let handedTo = match["handed_to"] as? [[String: Any]] ?? []
        return Dictionary(
            handedTo.compactMap { row in
                (row["identity"] as? String).map { ($0, row["count"] as? Int ?? 0) }
            }
        ) { $1 }
    }

    @Test func `is known long after it was replaced, with whoever was handed it, though no value can be opened`()
        async throws
    {
        try await World.with { world in
            let owner = world.program
            try await TwoHomes.with(owner: owner) { homes in
                try await homes.letIn("ci", "--role", "reader", "--space", "main")
                let first = try await world.token("acme")
                let firstRefresh = try await world.field("main/crm/acme#refresh_token")
                try await homes.guest.run("token", "main/crm/acme", "--reason", "nightly build")
                try await homes.guest.run("token", "main/crm/acme")
                for _ in 0..<5 { try await world.succeed("refresh", "--force", "main/crm/acme") }
                let last = try await world.token("acme")
                try await world.succeed("put", "main/npm", input: .text("first value of npm"))
                try await homes.guest.run("get", "main/npm")
                try await world.succeed("put", "main/npm", input: .text("second value of npm"))
                try await homes.guest.run("get", "main/npm")
                // Every sealed value is gone: what is said can come from nowhere but fingerprints and events.
                try owner.home.tamper(
                    "UPDATE entry SET use_box = zeroblob(length(use_box)), issue_box = zeroblob(length(issue_box))")

                let old = try await trace("\n  \(first)\r\n", owner)
                #expect(old.status == 85)
                #expect(old.match["path"] as? String == "main/crm/acme")
                #expect(old.match["field"] as? String == "access_token")
                #expect(old.match["state"] as? String == "past")
                #expect(readers(old.match) == ["owner": 1, "ci": 2])
                let handedTo = old.match["handed_to"] as? [[String: Any]] ?? []
                #expect(handedTo.contains { $0["reasons"] as? [String] == ["nightly build"] })
                #expect((old.match["stored"] as? [String: Any])?["at"] is String)
                #expect((old.match["ended"] as? [String: Any])?["at"] is String)

                let spent = try await trace(firstRefresh, owner)
                #expect(
                    spent.match["field"] as? String == "refresh_token" && spent.match["state"] as? String == "spent")
                #expect(readers(spent.match) == ["owner": 1])
                let present = try await trace(last, owner)
                #expect(present.match["state"] as? String == "present" && present.match["ended"] == nil)
                #expect(readers(present.match) == ["owner": 1])
                let secret = try await trace(world.sandbox.integration.clientSecret, owner)
                #expect(secret.match["path"] as? String == "main/crm")
                #expect(secret.match["field"] as? String == "client_secret")
                #expect(secret.match["state"] as? String == "present" && readers(secret.match).isEmpty)
                let value = try await trace("first value of npm\n", owner)
                #expect(value.match["field"] as? String == "value" && value.match["state"] as? String == "past")
                #expect(readers(value.match) == ["ci": 1])
                #expect(try await trace("second value of npm", owner).match["state"] as? String == "present")
                #expect(try await trace("never seen here", owner).status == 0)
                try await homes.guest.run("audit", "trace", input: .text(first)).expectRefusal(77)
            }
        }
    }

    @Test func `is known to an issuer, who sees no more than that it is ours`() async throws {
        try await Home.with { home in
            let owner = Program(home: home)
            try await owner.run("init")
            try await owner.run("put", "main/npm", input: .text("the value of npm"))
            try await TwoHomes.with(owner: owner) { homes in
                try await homes.letIn("ops", "--role", "issuer", "--space", "main")
                let found = try await trace("the value of npm", homes.guest)
                #expect(found.status == 85)
                #expect(found.match["path"] as? String == "main/npm" && found.match["handed_to"] == nil)
                #expect((found.match["stored"] as? [String: Any])?["identity"] as? String == "owner")
                #expect((found.match["stored"] as? [String: Any])?["at"] == nil)
            }
        }
    }

    @Test func `is known after its entry was removed, and not if it was stored without a trace`() async throws {
        try await Home.with { home in
            let owner = Program(home: home)
            try await owner.run("init")
            try await owner.run("put", "main/npm", input: .text("the value of npm"))
            try await owner.run("put", "main/pin", "--no-trace", input: .text("1234"))
            try await owner.run("put", "main/old", input: .text("the old value"))
            try await owner.run("put", "main/old", "--no-trace", input: .text("5678"))
            try await owner.run("remove", "main/npm", "--yes")
            let removed = try await trace("the value of npm", owner)
            #expect(removed.match["path"] as? String == "main/npm" && removed.match["state"] as? String == "past")
            #expect(try await trace("1234", owner).status == 0)
            #expect(try await trace("5678", owner).status == 0)
            #expect(try await trace("the old value", owner).match["state"] as? String == "past")
        }
    }

    @Test func `was handed to whom a bundle was made for, who may have read it there`() async throws {
        try await Home.with { home in
            let owner = Program(home: home)
            try await owner.run("init")
            try await owner.run("put", "main/npm", input: .text("the value of npm"))
            try await TwoHomes.with(owner: owner) { homes in
                try await homes.letIn("ci", "--role", "reader", "--space", "main")
                let file = "\(home.path)/ci.bundle"
                let made = try await owner.run("bundle", "--for", "ci", "--output", file, "main/npm")
                try #require(made.status == .exited(0), "\(made.errors)")
                #expect(readers(try await trace("the value of npm", owner).match) == ["ci": 1])
                var job = homes.guest
                job.environment["COFFER_VAULT"] = file
                for _ in 0..<2 { try await job.run("get", "main/npm", "--reason", "deploy") }
                #expect(try await owner.run("bundle", "collect", file).status == .exited(0))
                #expect(readers(try await trace("the value of npm", owner).match) == ["ci": 3])
                let shown = try await owner.run("audit", "show", "--json", "--identity", "ci", "--action", "get")
                let events = shown.json["events"] as? [[String: Any]] ?? []
                #expect(events.count == 2 && events.allSatisfy { $0["bundle"] is String }, "\(shown.text)")
                let exposure = try await owner.run("audit", "exposure", "--json", "--identity", "ci")
                let rows = exposure.json["exposure"] as? [[String: Any]] ?? []
                #expect(rows.first?["reads"] as? Int == 3, "\(exposure.text)")
            }
        }
    }

    @Test func `that is somebody's identity is recognised`() async throws {
        try await Home.with { home in
            let owner = Program(home: home)
            try await owner.run("init")
            try await TwoHomes.with(owner: owner) { homes in
                try await homes.letIn("ci", "--role", "reader", "--space", "main")
                let text = try String(contentsOfFile: homes.guest.home.identity, encoding: .utf8)
                let found = try await owner.run("audit", "trace", "--json", input: .text(text))
                #expect(found.status == .exited(85) && found.json["identity"] as? String == "ci", "\(found.errors)")
                let plain = try await owner.run("audit", "trace", input: .text(text))
                #expect(plain.text.contains("the identity of ci") && plain.errors.contains("exposure --identity ci"))
                try await owner.run("identity", "remove", "ci", "--yes")
                #expect(try await owner.run("audit", "trace", input: .text(text)).status == .exited(85))
                let mistyped = try await owner.run("audit", "trace", input: .text(text.dropLast(8) + "\n"))
                #expect(mistyped.status == .exited(0) && mistyped.errors.contains("incomplete or mistyped"))
            }
        }
    }

    @Test func `is known though the table of fingerprints was cut, and is no no where events are gone`() async throws {
        try await Home.with { home in
            let owner = Program(home: home)
            try await owner.run("init")
            try await owner.run("put", "main/npm", input: .text("the value of npm"))
            try await owner.run("put", "main/old", input: .text("the old value"))
            // What this machine last saw for certain is a later write.
            try await owner.run("put", "main/late", input: .text("a late value"))
            let before = try await trace("the value of npm", owner)
            try home.tamper("DELETE FROM fingerprint")
            let after = try await trace("the value of npm", owner)
            #expect(before.status == 85 && after.status == 85)
            #expect(after.match["state"] as? String == "present" && after.match["path"] as? String == "main/npm")
            let noted = try await owner.run("audit", "trace", input: .text("the value of npm"))
            #expect(noted.errors.contains("the record of events is broken"), "\(noted.errors)")
            #expect(try await trace("never seen here", owner).status == 0)
            try home.tamper("DELETE FROM audit WHERE sequence = 3")
            let old = try await owner.run("audit", "trace", input: .text("the old value"))
            old.expectRefusal(65, saying: "may be gone")
            try await owner.run("audit", "trace", input: .text("never seen here")).expectRefusal(65)
            #expect(try await trace("the value of npm", owner).status == 85)
        }
    }
}
