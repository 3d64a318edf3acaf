// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

import CofferVault
import Foundation
import Subprocess
import Testing

/// An agent that is locked, by request or by itself, and unlocked.
@Suite(.timeLimit(.minutes(5))) struct `A locked agent` {
    private static let passphrase = "correct horse battery"

    /// What gives a line on descriptor 3.
    private static func giving(_ line: String) -> String { "exec 3<<END\n\(line)\nEND\nexec \"$0\" \"$@\"" }

    private static func with(_ body: (Program) async throws -> Void) async throws {
        try await Home.with { home in
            let program = Program(home: home)
            try #require(try await program.run("init").status == .exited(0))
            try #require(try await program.run("put", "main/key", input: .text("made-up-key")).status == .exited(0))
            try await body(program)
        }
    }

    private static func expectLocked(_ agent: RunningAgent) async throws {
        for target in ["/v1/token?path=main/crm/acme", "/v1/secret?path=main/key", "/v1/entries"] {
            let answer = try await agent.ask(target)
            #expect(answer.status == 423 && answer.code == "locked", "\(target)")
            #expect(!String(decoding: answer.body, as: UTF8.self).contains("made-up"))
        }
        #expect(try await agent.ask("/v1/health").json["status"] as? String == "locked")
    }

    @Test func `hands nothing out until it is unlocked, and reads its identity again for that`() async throws {
        try await Self.with { program in
            let (_, end) = try await program.withAgent(environment: ["COFFER_LOG": "trace"]) { agent in
                for _ in 1...2 {
                    #expect(try await agent.ask("/v1/secret?path=main/key").json["value"] as? String == "made-up-key")
                }
                let locked = try await program.run("agent", "lock")
                #expect(locked.status == .exited(0) && locked.output.isEmpty, "\(locked.errors)")
                try await Self.expectLocked(agent)
                let facts = try await agent.ask("/v1/status").json["agent"] as? [String: Any]
                #expect(facts?["locked"] as? Bool == true && facts?["unlock_needs"] as? String == "nothing")
                // Once more changes nothing.
                #expect(try await program.run("agent", "lock").status == .exited(0))

                // Without its identity it stays as it is.
                let aside = program.home.identity + ".aside"
                try FileManager.default.moveItem(atPath: program.home.identity, toPath: aside)
                try await program.run("agent", "unlock").expectRefusal(78)
                try await Self.expectLocked(agent)
                try FileManager.default.moveItem(atPath: aside, toPath: program.home.identity)
                #expect(try await program.run("agent", "unlock").status == .exited(0))
                #expect(try await agent.ask("/v1/secret?path=main/key").json["value"] as? String == "made-up-key")
                #expect(try await program.run("agent", "unlock").errors.contains("is not locked"))
            }
            #expect(end.status == .exited(0), "\(end.errors)")
            #expect(end.errors.contains("coffer: locked;") && end.errors.contains("coffer: unlocked"))
            #expect(!end.errors.contains("made-up"))
            // What was handed out again from memory before it was locked is counted.
            let reads = try await program.home.audit().filter { $0.paths == ["main/key"] && $0.action == .read }
            #expect(reads.count == 3 && reads.count { $0.details["repeats"] == "1" } == 1)
        }
    }

    @Test func `wants the passphrase that its identity is kept under`() async throws {
        try await Self.with { program in
            let sealed = try await program.run(
                ["identity", "protect", "--even-owner", "--new-passphrase-fd", "3"],
                script: Self.giving(Self.passphrase))
            try #require(sealed.status == .exited(0), "\(sealed.errors)")
            try FileManager.default.removeItem(atPath: program.home.identity)
            let flags = ["--identity-in-vault", "owner", "--passphrase-fd", "3"]
            let (_, end) = try await program.withAgent(flags, script: Self.giving(Self.passphrase)) { agent in
                #expect(try await program.run("agent", "lock").status == .exited(0))
                try await program.run("agent", "unlock", input: .text("correct horse batterz\n"))
                    .expectRefusal(77, saying: "passphrase")
                try await program.run("agent", "unlock", input: .nothing).expectRefusal(64)
                #expect(try await agent.ask("/v1/unlock", method: "POST", body: "{}").code == "bad_request")
                try await Self.expectLocked(agent)
                let line = try await program.run("agent", "unlock", input: .text(Self.passphrase + "\n"))
                #expect(line.status == .exited(0), "\(line.errors)")
                #expect(try await agent.ask("/v1/secret?path=main/key").json["value"] as? String == "made-up-key")
                #expect(try await program.run("agent", "lock").status == .exited(0))
                let descriptor = try await program.run(
                    ["agent", "unlock", "--passphrase-fd", "3"], script: Self.giving(Self.passphrase))
                #expect(descriptor.status == .exited(0), "\(descriptor.errors)")
            }
            #expect(end.status == .exited(0), "\(end.errors)")
            #expect(!end.errors.contains("horse"))
        }
    }

    @Test func `locks itself when nothing is handed out`() async throws {
        try await Self.with { program in
            let (_, end) = try await program.withAgent(["--lock-after", "1s"]) { agent in
                _ = try #require(await agent.process.line(containing: "locked;"))
                try await Self.expectLocked(agent)
                let facts = try await agent.ask("/v1/status").json["agent"] as? [String: Any]
                #expect(facts?["lock_after_seconds"] as? Int == 1)
            }
            #expect(end.status == .exited(0), "\(end.errors)")
            let refused = try await program.run("agent", "--lock-after", "0s")
            #expect(refused.status == .exited(64) && refused.errors.contains("at least a second"))
        }
    }

    @Test func `may begin so, and is opened by who has the passphrase`() async throws {
        try await Self.with { program in
            let sealed = try await program.run(
                ["identity", "protect", "--even-owner", "--new-passphrase-fd", "3"],
                script: Self.giving(Self.passphrase))
            try #require(sealed.status == .exited(0), "\(sealed.errors)")
            try FileManager.default.removeItem(atPath: program.home.identity)
            let (_, end) = try await program.withAgent(["--identity-in-vault", "owner", "--locked"]) { agent in
                try await Self.expectLocked(agent)
                let status = try await agent.ask("/v1/status")
                let faults = try OpenAPIDocument().faults(of: status, to: "GET /v1/status")
                #expect(faults == [])
                let facts = status.json["agent"] as? [String: Any]
                #expect(facts?["unlock_needs"] as? String == "passphrase" && facts?["identity"] == nil)
                let unlocked = try await program.run("agent", "unlock", input: .text(Self.passphrase + "\n"))
                #expect(unlocked.status == .exited(0), "\(unlocked.errors)")
                #expect(try await agent.ask("/v1/secret?path=main/key").json["value"] as? String == "made-up-key")
            }
            #expect(end.status == .exited(0), "\(end.errors)")
        }
    }

    @Test func `is not unlocked with an identity that is given only once`() async throws {
        try await Self.with { program in
            let script = "exec 3<'\(program.home.identity)'; exec \"$0\" \"$@\""
            for more in [["--lock-after", "1h"], ["--locked"]] {
                try await program.run(["agent", "--identity-fd", "3"] + more, script: script)
                    .expectRefusal(64, saying: "given once")
            }
            let (_, end) = try await program.withAgent(["--identity-fd", "3"], script: script) { agent in
                #expect(try await program.run("agent", "lock").status == .exited(0))
                try await program.run("agent", "unlock").expectRefusal(78, saying: "start the agent again")
                try await Self.expectLocked(agent)
            }
            #expect(end.status == .exited(0), "\(end.errors)")
        }
    }

    @Test func `is not there where no agent serves`() async throws {
        try await Self.with { program in
            for verb in ["lock", "unlock"] {
                try await program.run("agent", verb).expectRefusal(69, saying: "no agent serves at")
            }
        }
    }
}
