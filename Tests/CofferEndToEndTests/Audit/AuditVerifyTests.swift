// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

import Foundation
import GRDB
import Subprocess
import Testing

@Suite(.timeLimit(.minutes(4))) struct `The chains of events` {
    /// An owner with some ten events, and a reader with three, which the owner's last write saw.
    private static func with(_ body: (Program, Data) async throws -> Void) async throws {
        try await Home.with { home in
            let owner = Program(home: home)
            try await owner.run("init")
            try await owner.run("put", "main/a", input: .text("one"))
            try await TwoHomes.with(owner: owner) { homes in
                try await homes.letIn("ci", "--role", "reader", "--space", "main")
                for _ in 0..<3 { try await owner.run("get", "main/a") }
                for _ in 0..<3 { try await homes.guest.run("get", "main/a") }
                try await owner.run("put", "main/b", input: .text("two"))
                let intact = try await owner.run("audit", "verify", "--json")
                try #require(intact.status == .exited(0) && intact.json["intact"] as? Bool == true, "\(intact.text)")
                try await body(owner, try #require(try home.chains().last))
            }
        }
    }

    private static func expectFound(
        _ problem: String, of identity: String, at first: Int, through last: Int? = nil, by program: Program,
        sourceLocation: SourceLocation = #_sourceLocation
    ) async throws {
        let end = try await program.run("audit", "verify", "--json")
        #expect(end.status == .exited(65), "\(end.errors)", sourceLocation: sourceLocation)
        let findings = end.json["findings"] as? [[String: Any]] ?? []
        let isThere = findings.contains {
            $0["problem"] as? String == problem && $0["identity"] as? String == identity && $0["first"] as? Int == first
                && $0["last"] as? Int == last ?? first
        }
        #expect(isThere, "\(findings)", sourceLocation: sourceLocation)
        #expect(findings.count == 1, "\(findings)", sourceLocation: sourceLocation)
        let table = try await program.run("audit", "verify")
        #expect(table.status == .exited(65) && table.errors.contains("warning: "), sourceLocation: sourceLocation)
    }

    @Test func `name an edited event`() async throws {
        try await Self.with { owner, reader in
            // A byte in the middle of the sealed body, so that what lies there is still an event.
            try owner.home.tamper(
                """
                UPDATE audit SET body = CAST(
                    substr(body, 1, length(body) - 70)
                    || CASE substr(body, length(body) - 69, 1) WHEN x'00' THEN x'01' ELSE x'00' END
                    || substr(body, length(body) - 68) AS BLOB)
                WHERE signer = ? AND sequence = 2
                """, [reader])
            try await Self.expectFound("edited", of: "ci", at: 2, by: owner)
        }
    }

    @Test func `name a dropped event`() async throws {
        try await Self.with { owner, reader in
            try owner.home.tamper("DELETE FROM audit WHERE signer = ? AND sequence = 2", [reader])
            try await Self.expectFound("missing", of: "ci", at: 2, by: owner)
        }
    }

    @Test func `name events that were exchanged`() async throws {
        try await Self.with { owner, reader in
            for (old, new) in [(2, 1002), (3, 2), (1002, 3)] {
                try owner.home.tamper(
                    "UPDATE audit SET sequence = ? WHERE signer = ? AND sequence = ?", [new, reader, old])
            }
            let end = try await owner.run("audit", "verify", "--json")
            let findings = end.json["findings"] as? [[String: Any]] ?? []
            #expect(end.status == .exited(65))
            #expect(findings.map { $0["problem"] as? String } == ["moved", "moved"], "\(findings)")
            #expect(findings.map { $0["first"] as? Int } == [2, 3])
        }
    }

    @Test func `name what was cut off at the end, by what others saw`() async throws {
        try await Self.with { owner, reader in
            try owner.home.tamper("DELETE FROM audit WHERE signer = ? AND sequence >= 2", [reader])
            try await Self.expectFound("cut_off", of: "ci", at: 2, through: 3, by: owner)
            let end = try await owner.run("audit", "verify")
            #expect(end.errors.contains("events 2 to 3 of ci are gone from the end of the chain; event"))
        }
    }

    @Test func `name a chain that is gone as a whole`() async throws {
        try await Self.with { owner, reader in
            try owner.home.tamper("DELETE FROM audit WHERE signer = ?", [reader])
            try await Self.expectFound("cut_off", of: "ci", at: 1, through: 3, by: owner)
        }
    }

    @Test func `name the event whose fingerprint is gone from the table`() async throws {
        try await Self.with { owner, _ in
            try owner.home.tamper("DELETE FROM fingerprint")
            let end = try await owner.run("audit", "verify", "--json")
            let findings = end.json["findings"] as? [[String: Any]] ?? []
            #expect(end.status == .exited(65))
            #expect(findings.map { $0["problem"] as? String } == ["unindexed", "unindexed"], "\(findings)")
        }
    }

    @Test func `say how far a power cut can have taken nothing`() async throws {
        try await Self.with { owner, _ in
            try await owner.run("get", "main/a")
            let end = try await owner.run("audit", "verify", "--json")
            let chains = end.json["chains"] as? [[String: Any]] ?? []
            let own = try #require(chains.first { $0["identity"] as? String == "owner" })
            let (count, synced) = (own["count"] as? Int ?? 0, own["synced_through"] as? Int ?? 0)
            #expect(count == synced + 1, "\(chains)")
            #expect(try await owner.run("audit", "verify").errors.contains("cut off by a power cut"))
        }
    }
}
