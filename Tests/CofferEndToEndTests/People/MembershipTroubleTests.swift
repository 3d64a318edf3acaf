// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

import Foundation
import GRDB
import Subprocess
import Testing

/// What people are told where adding and removing does not go as it should.
@Suite(.timeLimit(.minutes(4))) struct `Membership in trouble` {
    private static let noRoom = #"exec "$0" "$@" >/dev/full"#
    private static let hasFull = FileManager.default.fileExists(atPath: "/dev/full")

    private static func with(_ body: (TwoHomes) async throws -> Void) async throws {
        try await Home.with { home in
            let owner = Program(home: home)
            #expect(try await owner.run("init").status == .exited(0))
            try await TwoHomes.with(owner: owner, body)
        }
    }

    @Test(.enabled(if: hasFull)) func `an invitation that could not be written is printed by the same command again`()
        async throws
    {
        try await Self.with { homes in
            let made = try await homes.guest.run("identity", "new")
            let told = String(try #require(made.errors.firstMatch(of: /fingerprint is ([0-9a-f-]+)/)?.1))
            let add = ["identity", "add", "eve", "--role", "reader", "--space", "main", "--fingerprint", told]
            let lost = try await homes.owner.run(add, input: .bytes(made.output), script: Self.noRoom)
            #expect(lost.status == .exited(73), "\(lost.errors)")
            #expect(lost.errors.contains("added eve: reader in main"), "\(lost.errors)")
            #expect(lost.errors.contains("the same command prints the invitation again"), "\(lost.errors)")

            let again = try await homes.owner.run(add, input: .bytes(made.output))
            #expect(again.status == .exited(0), "\(again.errors)")
            #expect(again.errors.contains("eve was added before"), "\(again.errors)")
            let document = try await homes.owner.run(add + ["--json"], input: .bytes(made.output)).json
            #expect(document["repeated"] as? Bool == true)
            #expect(document["invitation"] as? String == again.text.trimmingCharacters(in: .newlines))
            let accepted = try await homes.guest.run(
                "identity", "accept", "--fingerprint", homes.ownerFingerprint(), input: .bytes(again.output))
            #expect(accepted.status == .exited(0), "\(accepted.errors)")
            #expect(try await homes.guest.run("list").status == .exited(0))
            #expect(try await homes.owner.run("identity", "list", "--quiet").text == "owner\neve\n")
            // With another role it is no repetition.
            let issuer = ["identity", "add", "eve", "--role", "issuer", "--space", "main", "--fingerprint", told]
            try await homes.owner.run(issuer, input: .bytes(made.output)).expectRefusal(64, saying: "already")
        }
    }

    @Test(.enabled(if: hasFull)) func `the new pin is told before it is written`() async throws {
        try await Self.with { homes in
            try await homes.letIn("anna", "--role", "owner")
            let removal = try await homes.owner.run("identity", "remove", "anna", "--yes", script: Self.noRoom)
            #expect(removal.status == .exited(73), "\(removal.errors)")
            #expect(removal.errors.contains("everybody must get the new pin"), "\(removal.errors)")
            let pin = try #require(removal.errors.firstMatch(of: /COFFER_PIN=(coffer-pin-1[0-9A-Za-z_-]+)/)?.1)
            #expect(try await homes.owner.run("list", "--pin", String(pin)).status == .exited(0))
        }
    }

    @Test func `a chain with a gap is cut there, and the owner is told`() async throws {
        try await Self.with { homes in
            try await homes.letIn("ci", "--role", "issuer", "--space", "main")
            #expect(try await homes.guest.run("put", "main/a", input: .text("a")).status == .exited(0))
            #expect(try await homes.guest.run("list").status == .exited(0))
            #expect(try await homes.guest.run("put", "main/b", input: .text("b")).status == .exited(0))
            // The chain of which one event is missing is the only one without its second event.
            let home = homes.owner.home
            let guest = try await homes.owner.run("audit", "show", "--identity", "ci", "--json").json
            let events = try #require(guest["events"] as? [[String: Any]])
            let middle = try #require(events.first { $0["action"] as? String == "list" }?["sequence"] as? Int)
            try home.tamper(
                """
                DELETE FROM audit WHERE sequence = ? AND signer NOT IN
                    (SELECT signer FROM audit ORDER BY rowid LIMIT 1)
                """, [middle])
            let removal = try await homes.owner.run("identity", "remove", "ci", "--yes", "--json")
            #expect(removal.status == .exited(0), "\(removal.errors)")
            #expect(removal.json["chain_broken_after"] as? Int == middle - 1)
            #expect(
                removal.errors.contains("the record of ci breaks off behind event \(middle - 1)"), "\(removal.errors)")
            let verified = try await homes.owner.run("verify", "--json")
            #expect(verified.status == .exited(65))
            #expect(verified.text.contains("main/b") && !verified.text.contains("entry main/a"), "\(verified.text)")
        }
    }

    @Test func `the last owner of a space, and the only one, can't be removed`() async throws {
        try await Self.with { homes in
            try await homes.owner.run("identity", "remove", "owner", "--yes")
                .expectRefusal(77, saying: "owner is the only owner")
            #expect(try await homes.owner.run("space", "add", "t").status == .exited(0))
            try await homes.letIn("bob", "--role", "owner", "--space", "t")
            try await homes.owner.run("identity", "remove", "owner", "--yes")
                .expectRefusal(77, saying: "another owner can remove it")
            let refused = try await homes.guest.run("identity", "remove", "owner", "--yes")
            #expect(refused.status == .exited(77))
            #expect(refused.errors.contains("no owner would hold space main"), "\(refused.errors)")
            #expect(try await homes.owner.run("identity", "list", "--quiet").text == "owner\nbob\n")
        }
    }

    @Test func `somebody who has no identity yet is told both ways to one`() async throws {
        try await Self.with { homes in
            try await homes.guest.run("list").expectRefusal(66, saying: "coffer identity new")
        }
    }

    @Test func `a sealed identity that stays in the log is told`() async throws {
        try await Self.with { homes in
            try await homes.letIn("anna", "--role", "issuer", "--space", "main")
            let protect = ["identity", "protect", "--new-passphrase-fd", "3"]
            func giving(_ line: String) -> String { "exec 3<<END\n\(line)\nEND\nexec \"$0\" \"$@\"" }
            let first = try await homes.guest.run(protect, script: giving("correct horse battery"))
            #expect(first.status == .exited(0) && !first.errors.contains("log"), "\(first.errors)")
            try await homes.owner.home.whileIn {
                let second = try await homes.guest.run(protect, script: giving("battery horse correct"))
                #expect(second.status == .exited(0), "\(second.errors)")
                #expect(second.errors.contains("may still lie in the vault's log"), "\(second.errors)")
            }
            let third = try await homes.guest.run(protect, script: giving("horse battery correct"))
            #expect(third.status == .exited(0) && !third.errors.contains("log"), "\(third.errors)")
        }
    }
}
