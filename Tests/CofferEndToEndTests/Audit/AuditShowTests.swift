// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

import Foundation
import Subprocess
import Testing

@Suite(.timeLimit(.minutes(3))) struct `The record of events` {
    private func events(_ program: Program, _ arguments: String...) async throws -> [[String: Any]] {
        let end = try await program.run(["audit", "show", "--json"] + arguments)
        try #require(end.status == .exited(0), "\(end.errors)")
        return end.json["events"] as? [[String: Any]] ?? []
    }

    private func actions(_ events: [[String: Any]]) -> [String] { events.compactMap { $0["action"] as? String } }

    @Test func `shows an owner what everybody did, in order, and why`() async throws {
        try await Home.with { home in
            let owner = Program(home: home)
            try await owner.run("init")
            try await owner.run("put", "main/npm", "--reason", "new token", input: .text("one"))
            try await TwoHomes.with(owner: owner) { homes in
                try await homes.letIn("ci", "--role", "reader", "--space", "main")
                try await homes.guest.run("get", "main/npm", "--reason", "nightly build")
                try await owner.run("put", "main/npm", "--reason", "monthly", input: .text("two"))
                try await owner.run("put", "main/npmrc", input: .text("other"))
                try await homes.guest.run("get", "main/npm")

                let all = try await events(owner)
                let here = try await events(owner, "--path", "main/npm")
                #expect(actions(here) == ["put", "get", "put", "get"])
                #expect(here.compactMap { $0["identity"] as? String } == ["owner", "ci", "owner", "ci"])
                #expect(here.map { $0["reason"] as? String } == ["new token", "nightly build", "monthly", nil])
                #expect((here[1]["details"] as? [String: String])?["field"] == "value")
                #expect(actions(all).filter { $0 == "put" }.count == 3)
                #expect(actions(all).first == "init")
                let times = all.compactMap { $0["at"] as? String }
                #expect(times == times.sorted() && times.count == all.count)

                #expect(actions(try await events(owner, "--identity", "ci")) == ["get", "get"])
                #expect(actions(try await events(owner, "--action", "put", "--limit", "1")) == ["put"])
                #expect(try await events(owner, "--since", "1h", "--action", "get").count == 2)
                #expect(try await events(owner, "--until", "1h").isEmpty)
                #expect(try await events(owner, "--since", "2001-01-01T00:00:00Z", "--action", "get").count == 2)
                #expect(actions(try await events(owner, "--all", "--action", "get")) == ["get", "get"])

                let limited = try await owner.run("audit", "show", "--limit", "2")
                #expect(
                    limited.text.split(separator: "\n").count == 3
                        && limited.errors.contains("older events are left out"))
                let quiet = try await owner.run("audit", "show", "--identity", "ci", "--quiet")
                #expect(quiet.text == "ci#1\nci#2\n")
                try await owner.run("audit", "show", "--identity", "nobody").expectRefusal(66)
                #expect(try await owner.run("audit", "show", "--action", "fly").status == .exited(64))
            }
        }
    }

    @Test func `shows anybody else its own numbers, and says that the rest is the owners'`() async throws {
        try await Home.with { home in
            let owner = Program(home: home)
            try await owner.run("init")
            try await owner.run("put", "main/npm", input: .text("one"))
            try await TwoHomes.with(owner: owner) { homes in
                try await homes.letIn("ci", "--role", "reader", "--space", "main")
                try await homes.guest.run("get", "main/npm")
                let end = try await homes.guest.run("audit", "show", "--json")
                let events = end.json["events"] as? [[String: Any]] ?? []
                #expect(events.compactMap { $0["identity"] as? String } == ["ci"])
                #expect(events.first?["note"] as? String == "sealed" && events.first?["action"] == nil)
                #expect(end.errors.contains("only owners read the record"))
                #expect(!(end.text + end.errors).contains("main/npm"))
            }
        }
    }

    @Test func `is written before anything is handed out, or nothing is`() async throws {
        try await Home.with { home in
            let owner = Program(home: home)
            try await owner.run("init")
            try await owner.run("put", "main/npm", input: .text("one"))
            try await home.whileIn(transaction: "BEGIN IMMEDIATE") {
                let end = try await owner.run("get", "main/npm")
                end.expectRefusal(75)
            }
            #expect(try await owner.run("get", "main/npm").text == "one")
        }
    }

    @Test func `says where reading without it is allowed, and lets owners decide`() async throws {
        try await Home.with { home in
            let owner = Program(home: home)
            try await owner.run("init")
            #expect(try await owner.run("audit", "policy").text == "unaudited reading: refuse\n")
            let set = try await owner.run("audit", "policy", "--unaudited-reading", "allow", "--json")
            #expect(set.json["unaudited_reading"] as? String == "allow", "\(set.errors)")
            #expect(try await owner.run("audit", "policy").text == "unaudited reading: allow\n")
            try await TwoHomes.with(owner: owner) { homes in
                try await homes.letIn("ci", "--role", "issuer", "--space", "main")
                try await homes.guest.run("audit", "policy", "--unaudited-reading", "refuse").expectRefusal(77)
            }
        }
    }
}
