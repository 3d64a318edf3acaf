// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

import CofferCredentials
import Testing

@testable import CofferCrypto
@testable import CofferVault

@Suite struct `What a trace says` {
    private struct World {
        let members: RoledVault
        let owner: Vault
        let issuer: Vault
        var store: MemoryStore { members.store }

        init() async throws {
            members = try await RoledVault()
            owner = try await members.unlock(members.owner)
            issuer = try await members.unlock(members.issuer)
            let entry = try await issuer.put(Sample.draft("main/a", refresh: "first"))
            var draft = try EntryDraft(replacing: entry)
            draft.issue.set(16, text: "second")
            draft.traced = [
                TracedSecret(Secret("first"), tier: .issue, field: 16, change: .spent),
                TracedSecret(Secret("second"), tier: .issue, field: 16),
            ]
            _ = try await issuer.put(draft)
            try await members.unlock(members.reader).record(
                AuditRecord(at: Sample.instant, action: .handOut, paths: ["main/a"]))
            _ = try await owner.put(Sample.draft("main/b", refresh: "other"))
        }

        func lives(_ string: String) async throws -> [TracedLife] {
            try await owner.traceLives([Secret(string)]).lives
        }

        /// Changes a chain behind everybody's back.
        func cut(_ sequence: UInt64, of identity: Identity) {
            let key = identity.publicIdentity.signingKey
            store.tamper { $0.audit[key]?[sequence] = nil }
        }
    }

    @Test func `does not depend on the table of fingerprints`() async throws {
        let world = try await World()
        let before = [try await world.lives("first"), try await world.lives("second")]
        #expect(before.map(\.count) == [1, 1])
        world.store.tamper { $0.fingerprints = [:] }
        for (string, known) in zip(["first", "second"], before) {
            let (lives, report) = try await world.owner.traceLives([Secret(string)])
            #expect(lives.map(\.stored) == known.map(\.stored) && lives.map(\.ended) == known.map(\.ended))
            #expect(lives.map(\.isSpent) == known.map(\.isSpent))
            #expect(!report.isIntact && !report.isBroken)
        }
        // What never was there is judged not to have been, since the events are whole.
        #expect(try await world.lives("never").isEmpty)
    }

    @Test func `is no no where writes may be gone from the record`() async throws {
        let world = try await World()
        #expect(try await world.lives("never").isEmpty)
        world.cut(1, of: world.members.issuer)
        world.store.tamper { $0.fingerprints = [:] }
        await #expect(throws: VaultError.damaged) { try await world.lives("never") }
        // What is found is found.
        #expect(try await world.lives("second").count == 1)
    }

    @Test func `is a no though a reader's chain is broken`() async throws {
        let world = try await World()
        world.cut(1, of: world.members.reader)
        #expect(try await world.owner.walkChains().isBroken)
        #expect(try await world.lives("never").isEmpty)
    }

    @Test func `is that the index alone knows it, where its event is gone`() async throws {
        let world = try await World()
        world.cut(1, of: world.members.owner)
        let lives = try await world.lives("other")
        #expect(lives.count == 1 && lives[0].stored == nil && lives[0].ended == nil)
    }

    @Test func `is that a token was marked though nothing tells when it was stored`() async throws {
        let world = try await World()
        let space = world.members.manifest.spaces[0].id
        let tag = try world.owner.tag(of: Secret("lost"), tier: .issue, at: Sample.path("main/a"))
        let spent = StoredFingerprint(
            spaceID: space, tag: tag, entryID: .random(), field: 16, tier: .issue, isSpent: true)
        _ = try await world.owner.signRestoration(spent: [spent], reason: "")
        world.store.tamper { $0.fingerprints = [:] }
        let lives = try await world.lives("lost")
        #expect(lives.count == 1 && lives[0].stored == nil && lives[0].ended != nil && lives[0].isSpent)
    }
}
