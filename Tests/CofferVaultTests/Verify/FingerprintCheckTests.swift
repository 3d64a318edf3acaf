// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

import CofferCredentials
import Testing

@testable import CofferCrypto
@testable import CofferVault

/// The table of fingerprints is clear and unsigned: whoever can write the file changes it at will, and is found by what the events say.
@Suite struct FingerprintCheckTests {
    /// One change of a row of the table.
    enum Change: CaseIterable {
        case spent, field, tier, entry

        func applied(to kept: StoredFingerprint) throws -> StoredFingerprint {
            StoredFingerprint(
                spaceID: kept.spaceID, tag: kept.tag, entryID: self == .entry ? .random() : kept.entryID,
                field: self == .field ? 48 : kept.field, tier: self == .tier ? .use : kept.tier,
                isSpent: self == .spent || kept.isSpent)
        }

        var words: String { self == .spent ? "no event says so" : "name another entry or field" }
    }

    private static func world() async throws -> (members: RoledVault, owner: Vault, entry: Entry) {
        let members = try await RoledVault()
        let owner = try await members.unlock(members.owner)
        return (members, owner, try await owner.put(Sample.draft("main/a", refresh: "made-up refresh")))
    }

    @Test(arguments: Change.allCases) func `a changed row is found`(change: Change) async throws {
        let (members, owner, _) = try await Self.world()
        #expect(try await owner.verify().findings == [])
        try members.store.tamper { contents in
            contents.fingerprints = try contents.fingerprints.mapValues(change.applied)
        }
        let findings = try await owner.verify().findings
        #expect(findings.map(\.severity) == [.damaged])
        #expect(findings.first?.what.contains(change.words) == true)
    }

    @Test func `a made-up row is found`() async throws {
        let (members, owner, entry) = try await Self.world()
        let planted = StoredFingerprint(
            spaceID: try owner.state.space(of: entry.path).id, tag: Digest(hashing: [1]), entryID: entry.id, field: 16,
            tier: .issue, isSpent: true)
        try await members.store.write(.synced) { try $0.keep(planted) }
        let findings = try await owner.verify().findings
        #expect(findings.map(\.place) == ["fingerprint of entry \(entry.id)"])
        #expect(findings.first?.what == "no event of anybody who may write there kept it")
    }

    @Test func `a reader's event vouches for no row`() async throws {
        let (members, owner, entry) = try await Self.world()
        let kept = try #require(try await owner.known(Secret("made-up refresh"), tier: .issue, at: entry.path))
        let spent = try Change.spent.applied(to: kept)
        let signer = members.reader.publicIdentity.signingKey
        try await members.store.write(.synced) { transaction in
            try transaction.keep(spent)
            try transaction.append(
                AuditEvent(
                    AuditRecord(at: Sample.instant, action: .put, paths: []), after: transaction.head(of: signer),
                    by: members.reader, owners: [], bindings: [], fingerprints: [spent], heads: []))
        }
        #expect(try await owner.verify().findings.contains { $0.what.contains("no event says so") })
        await #expect(throws: VaultError.damaged) {
            _ = try await owner.isSpent(Secret("made-up refresh"), tier: .issue, at: entry.path)
        }
    }

    @Test func `a secret that two entries hold is vouched for under the name of either`() async throws {
        let (_, owner, _) = try await Self.world()
        _ = try await owner.put(Sample.draft("main/b", refresh: "made-up refresh"))
        #expect(try await owner.verify().findings == [])
    }

    @Test func `a token is spent if the table and an event say so, and a table alone is damage`() async throws {
        let (members, owner, entry) = try await Self.world()
        let token = Secret("made-up refresh")
        #expect(try await !owner.isSpent(token, tier: .issue, at: entry.path))
        try members.store.tamper { contents in
            contents.fingerprints = try contents.fingerprints.mapValues(Change.spent.applied)
        }
        await #expect(throws: VaultError.damaged) {
            _ = try await owner.isSpent(token, tier: .issue, at: entry.path)
        }
        var draft = try EntryDraft(replacing: entry)
        draft.traced = [TracedSecret(token, tier: .issue, field: 16, change: .spent)]
        _ = try await owner.put(draft)
        #expect(try await owner.isSpent(token, tier: .issue, at: entry.path))
        #expect(try await owner.verify().findings == [])
    }

    @Test func `what was spent many writes ago is spent still`() async throws {
        let (_, owner, entry) = try await Self.world()
        let token = Secret("made-up refresh")
        var draft = try EntryDraft(replacing: entry)
        draft.traced = [TracedSecret(token, tier: .issue, field: 16, change: .spent)]
        var latest = try await owner.put(draft)
        for _ in 0..<70 { latest = try await owner.put(try EntryDraft(replacing: latest)) }
        #expect(try await owner.isSpent(token, tier: .issue, at: entry.path))
    }
}
