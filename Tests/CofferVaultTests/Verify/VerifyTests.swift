// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

import CofferCredentials
import Testing

@testable import CofferCrypto
@testable import CofferVault

/// A whole vault checked: what is damaged is named with its place, and the rest is checked all the same.
@Suite struct VerifyTests {
    /// Two entries written by two members, an older row of the first, and a few events without rows.
    private struct World {
        let members: RoledVault
        let owner: Vault
        let issuer: Vault
        let first: Entry
        let firstRow: EntryRow
        let second: Entry
        let other: Entry

        var store: MemoryStore { members.store }
        var ownerKey: SigningPublicKey { members.owner.publicIdentity.signingKey }
        var issuerKey: SigningPublicKey { members.issuer.publicIdentity.signingKey }

        init() async throws {
            members = try await RoledVault()
            owner = try await members.unlock(members.owner)
            issuer = try await members.unlock(members.issuer)
            first = try await owner.put(Sample.draft("main/app/acme"))
            let id = first.id
            firstRow = try #require(members.store.tamper { $0.entries[id] })
            try await issuer.record(AuditRecord(at: Sample.instant, action: .list, paths: []))
            second = try await issuer.replace(try #require(try await issuer.inspect(first.path)), access: "newer")
            other = try await owner.put(Sample.draft("main/app/other", refresh: "other refresh"))
            try await issuer.record(AuditRecord(at: Sample.instant, action: .handOut, paths: []))
            try await owner.record(AuditRecord(at: Sample.instant, action: .list, paths: []))
        }

        /// Everything that a check by the owner finds, as `place: what`.
        func findings() async throws -> [String] {
            try await owner.verify().findings.map { "\($0.severity.rawValue) \($0.place): \($0.what)" }
        }
    }

    @Test func `a sound vault has nothing to say, and everything was looked at`() async throws {
        let world = try await World()
        let report = try await world.owner.verify()
        #expect(report.findings == [])
        #expect(report.isSound)
        #expect(report.counts.manifests == 1)
        #expect(report.counts.chains == 2)
        #expect(report.counts.events == 6)
        #expect(report.counts.entries == 2)
        #expect(report.counts.opened == 2)
        #expect(report.counts.fingerprints == 2)
    }

    @Test func `a reader checks what it can and says what it could not`() async throws {
        let world = try await World()
        let report = try await world.members.unlock(world.members.reader).verify()
        #expect(report.isSound)
        #expect(report.findings.map(\.place) == ["space main"])
        #expect(report.findings.map(\.severity) == [.unchecked])
        #expect(report.counts.opened == 0)
        #expect(report.counts.events == 6)
    }

    @Test func `an older row that was put back is named with both versions`() async throws {
        let world = try await World()
        world.store.tamper { $0.entries[world.firstRow.id] = world.firstRow }
        let found = try await world.findings()
        #expect(found.count == 1)
        #expect(found[0].hasPrefix("damaged entry main/app/acme: it is version 1, put back over version 2 by issuer"))
        #expect(found[0].hasSuffix("its content opens"))
    }

    @Test func `a row that was deleted is named by its path`() async throws {
        let world = try await World()
        world.store.tamper { $0.entries[world.other.id] = nil }
        let found = try await world.findings()
        #expect(found.count == 1)
        #expect(found[0].hasPrefix("damaged entry main/app/other: it was deleted without an event: owner wrote"))
    }

    @Test func `a row that was removed and put back is found`() async throws {
        let world = try await World()
        let row = try #require(world.store.tamper { $0.entries[world.other.id] })
        _ = try await world.owner.commit(WriteBatch(.remove, removals: [world.other]))
        #expect(try await world.findings() == [])
        world.store.tamper { $0.entries[row.id] = row }
        let found = try await world.findings()
        #expect(found.count == 1)
        #expect(found[0].contains("main/app/other: owner removed it, and it was put back"))
    }

    @Test func `a row that was copied under another id is found`() async throws {
        let world = try await World()
        var copy = try #require(world.store.tamper { $0.entries[world.other.id] })
        copy.id = .random()
        let inserted = copy
        world.store.tamper { $0.entries[inserted.id] = inserted }
        let found = try await world.findings()
        #expect(found.count == 1)
        #expect(found[0].contains("entry \(inserted.id): its signature is wrong"))
        #expect(found[0].contains("no event of anybody who may write there"))
    }

    @Test func `of a broken issue box the use box is said to open`() async throws {
        let world = try await World()
        world.store.tamper { $0.entries[world.other.id]?.issueBox?[30] ^= 1 }
        let found = try await world.findings()
        #expect(found.count == 1)
        #expect(found[0].contains("main/app/other: its signature is wrong"))
        #expect(found[0].contains("the box that issuers open does not open"))
        #expect(found[0].hasSuffix("what readers see opens"))
    }

    @Test func `index columns are compared with what is inside`() async throws {
        let world = try await World()
        let report = try await world.owner.verify(index: { entry in
            entry.path == world.other.path ? .both(dueAt: 5, state: "parked") : .state("active")
        })
        #expect(report.findings.map(\.place) == ["entry main/app/other"])
        #expect(report.findings[0].what.contains("its state in the index is not the one inside"))
        #expect(report.findings[0].what.contains("its due time in the index is not the one inside"))
    }

    // MARK: - Chains

    @Test func `an event that was taken out is placed`() async throws {
        let world = try await World()
        world.store.tamper { $0.audit[world.issuerKey]?[1] = nil }
        let found = try await world.findings()
        #expect(found.contains { $0.hasPrefix("damaged chain of issuer, after event 0: event 1 of issuer is gone") })
        #expect(!found.contains { $0.contains("entry main") })
    }

    @Test func `a chain that was cut off at its end is placed by what others name`() async throws {
        let world = try await World()
        world.store.tamper { $0.audit[world.issuerKey]?[3] = nil }
        let found = try await world.findings()
        #expect(
            found == [
                "damaged chain of issuer, after event 2: event 3 of issuer is gone from the end of the chain; "
                    + "event 3 of owner saw it"
            ])
    }

    @Test func `a chain that was dropped whole is missed`() async throws {
        let world = try await World()
        world.store.tamper { $0.audit[world.issuerKey] = nil }
        let found = try await world.findings()
        #expect(found.contains { $0.contains("events 1 to 3 of issuer are gone from the end of the chain") })
        #expect(found.contains { $0.contains("entry main/app/acme") })
    }

    @Test func `an event that was changed is placed, and the rest is read on`() async throws {
        let world = try await World()
        world.store.tamper { contents in
            var bytes = contents.audit[world.ownerKey]?[2]?.bytes ?? []
            bytes[bytes.count - 70] ^= 1
            contents.audit[world.ownerKey]?[2]?.bytes = bytes
        }
        let found = try await world.findings()
        #expect(
            found.contains {
                $0.hasPrefix("damaged chain of owner, after event 1: event 2 of owner: the bytes are not")
            })
        #expect(found.contains { $0.contains("entry main/app/other: no event") })
        #expect(!found.contains { $0.contains("entry main/app/acme") })
        #expect(!found.contains { $0.contains("chain of owner, after event 3") })
    }

    @Test func `two events that were exchanged are placed`() async throws {
        let world = try await World()
        world.store.tamper { contents in
            let chain = contents.audit[world.issuerKey]
            contents.audit[world.issuerKey]?[1] = chain?[2]
            contents.audit[world.issuerKey]?[2] = chain?[1]
        }
        let found = try await world.findings()
        #expect(
            found.contains {
                $0.hasPrefix("damaged chain of issuer, after event 0: event 1 of issuer: event 2 lies there")
            })
    }

    @Test func `a chain that its own key signed anew is found by what others saw`() async throws {
        let world = try await World()
        // The issuer's own key: every link and signature of the new chain is right.
        let event = try AuditEvent(
            AuditRecord(at: Sample.instant, action: .put, paths: []), after: nil, by: world.members.issuer, owners: [],
            bindings: [], fingerprints: [], heads: [])
        let again = try AuditEvent(
            AuditRecord(at: Sample.instant, action: .put, paths: []),
            after: AuditHead(signer: event.signer, sequence: 1, hash: event.hash), by: world.members.issuer,
            owners: [],
            bindings: [AuditBinding(entryID: world.second.id, version: 2, rowHash: world.second.rowHash)],
            fingerprints: [], heads: [])
        let last = try AuditEvent(
            AuditRecord(at: Sample.instant, action: .list, paths: []),
            after: AuditHead(signer: event.signer, sequence: 2, hash: again.hash), by: world.members.issuer,
            owners: [], bindings: [], fingerprints: [], heads: [])
        world.store.tamper { contents in
            contents.audit[event.signer] = [
                1: (event.hash, event.encoded), 2: (again.hash, again.encoded), 3: (last.hash, last.encoded),
            ]
        }
        let found = try await world.findings()
        #expect(found.contains { $0.contains("chain of issuer") && $0.contains("the chain was signed anew") })
    }

    @Test func `a stranger's chain is named and counts for nothing`() async throws {
        let world = try await World()
        let stranger = try Identity.generate()
        let forged = try AuditEvent(
            AuditRecord(at: Sample.instant, action: .put, paths: []), after: nil, by: stranger, owners: [],
            bindings: [AuditBinding(entryID: world.second.id, version: 9, rowHash: world.second.rowHash)],
            fingerprints: [], heads: [])
        world.store.tamper { $0.audit[forged.signer] = [1: (forged.hash, forged.encoded)] }
        let report = try await world.owner.verify()
        #expect(report.isSound)
        #expect(report.findings.map(\.severity) == [.warning])
        #expect(report.findings[0].what.contains("the vault knows nobody of this key"))
    }

    @Test func `what a removed member signs afterwards is named and counts for nothing`() async throws {
        let house = try await Household()
        let text = try await house.join("cron", .issuer)
        let entry = try await house.unlock(text).put(Sample.draft("main/app/acme"))
        _ = try await house.owner.removeMember("cron")
        #expect(try await house.owner.verify().findings == [])
        let signer = text.identity.publicIdentity.signingKey
        for version in UInt64(9)...10 {
            let late = try AuditEvent(
                AuditRecord(at: Sample.instant, action: .put, paths: []),
                after: try await house.store.read { try $0.head(of: signer) }, by: text.identity, owners: [],
                bindings: [AuditBinding(entryID: entry.id, version: version, rowHash: .zero)], fingerprints: [],
                heads: [])
            try await house.store.write(.synced) { try $0.append(late) }
        }
        let report = try await house.owner.verify()
        #expect(report.isSound)
        #expect(report.findings.map(\.severity) == [.warning])
        #expect(report.findings.map(\.place) == ["chain of cron, after event 1"])
        #expect(report.findings[0].what.contains("events 2 to 3 of cron have been written after cron was removed"))
        #expect(report.findings[0].remedy == "find out who still uses this identity")
        #expect(try await house.owner.walkChains().findings.map(\.kind) == [.afterRemoval])
        // And is no obstacle: what counts is whole.
        #expect(try await house.owner.rekey().isFinished)
    }

    @Test func `the chain of a removed member that is cut off before its end is damaged`() async throws {
        let house = try await Household()
        let text = try await house.join("cron", .issuer)
        let cron = try await house.unlock(text)
        _ = try await cron.put(Sample.draft("main/app/acme"))
        try await cron.record(AuditRecord(at: Sample.instant, action: .list, paths: []))
        _ = try await house.owner.removeMember("cron")
        house.store.tamper { $0.audit[text.identity.publicIdentity.signingKey]?[2] = nil }
        let report = try await house.owner.verify()
        #expect(report.findings.map(\.severity) == [.damaged])
        #expect(report.findings.map(\.place) == ["chain of cron, after event 1"])
        // What was written last can't be told of a writer whose end is gone.
        let rekeyed = try await house.owner.rekey()
        #expect(rekeyed.spaces.map(\.kept) == [.damaged])
        #expect(rekeyed.spaces.flatMap(\.damaged).map(\.place) == ["chain of cron"])
    }

    @Test func `what the issuer of a removed space removed there is not missed`() async throws {
        let house = try await Household()
        _ = try await house.owner.addSpace("staging")
        let issuer = try await house.unlock(house.join("ci", .issuer, spaces: ["staging"]))
        let reader = try await house.join("cron", .reader)
        let entry = try await house.owner.put(Sample.draft("staging/app/acme"))
        _ = try await issuer.commit(
            WriteBatch(.remove, removals: [try #require(try await issuer.inspect(entry.path))]))
        _ = try await house.owner.removeSpace("staging")
        #expect(try await house.owner.verify().findings == [])
        // A reader's word that something was removed would still hide that it is gone.
        let kept = try await house.owner.put(Sample.draft("main/app/kept", refresh: "kept"))
        let forged = try AuditEvent(
            AuditRecord(at: Sample.instant, action: .remove, paths: []), after: nil, by: reader.identity, owners: [],
            bindings: [AuditBinding(entryID: kept.id, version: 2, rowHash: .zero)], fingerprints: [], heads: [])
        try await house.store.write(.synced) { try $0.append(forged) }
        house.store.tamper { $0.entries[kept.id] = nil }
        let found = try await house.owner.verify().findings
        #expect(found.contains { $0.what.contains("deleted without an event") })
    }

    // MARK: - Indexes

    @Test func `an index that leads nowhere is found`() async throws {
        let world = try await World()
        world.store.tamper { $0.writes[world.other.id] = nil }
        let found = try await world.findings()
        #expect(found.count == 1)
        #expect(found[0].contains("main/app/other: the index does not lead to the event that wrote it"))
    }

    @Test func `an index that names an event which wrote nothing is found`() async throws {
        let world = try await World()
        world.store.tamper { $0.writes[world.other.id]?[7] = (world.issuerKey, 1) }
        let found = try await world.findings()
        #expect(found.count == 1)
        #expect(found[0].contains("it names an event that did not write version 7"))
    }

    @Test func `a spent refresh token that is no longer marked is found`() async throws {
        let world = try await World()
        var draft = try EntryDraft(replacing: world.other)
        draft.traced = [TracedSecret(Secret("other refresh"), tier: .issue, field: 16, change: .spent)]
        _ = try await world.owner.put(draft)
        #expect(try await world.findings() == [])
        world.store.tamper { contents in
            contents.fingerprints = contents.fingerprints.mapValues { kept in
                StoredFingerprint(
                    spaceID: kept.spaceID, tag: kept.tag, entryID: kept.entryID, field: kept.field, tier: kept.tier,
                    isSpent: false)
            }
        }
        let found = try await world.findings()
        #expect(found.count == 1)
        #expect(found[0].contains("is gone from the table, or no longer marked as spent"))
    }

    @Test func `several damages are all listed`() async throws {
        let world = try await World()
        world.store.tamper { contents in
            contents.entries[world.firstRow.id] = world.firstRow
            contents.entries[world.other.id]?.useBox[40] ^= 1
            contents.audit[world.issuerKey]?[3] = nil
            contents.fingerprints = [:]
        }
        let report = try await world.owner.verify()
        let places = report.findings.map(\.place)
        #expect(places.contains("chain of issuer, after event 2"))
        #expect(places.contains("entry main/app/acme"))
        #expect(places.contains("entry \(world.other.id)"))
        #expect(places.contains("chain of owner, after event 0"))
        #expect(!report.isSound)
    }

    @Test func `a spilled answer that does not open is found`() async throws {
        let world = try await World()
        try world.owner.spill(world.other.use, for: world.other)
        #expect(try await world.owner.verify().findings.map(\.severity) == [.warning])
        try world.store.spill.keep([1, 2, 3], for: world.other.id, version: world.other.version)
        #expect(try await world.owner.verify().findings.map(\.severity) == [.damaged])
    }

    @Test func `a journal whose end was cut off is found`() async throws {
        let world = try await World()
        let id = EntryID.random()
        let path = try CredentialPath("main/app")
        for index in 0..<3 {
            try await world.owner.appendJournal([1, 2], to: id, at: UInt32(index), for: path, reason: "")
        }
        #expect(try await world.owner.verify().findings == [])
        #expect(try await world.owner.verify().counts.journalEvents == 3)
        world.store.tamper { $0.journals[id]?[2] = nil }
        let report = try await world.owner.verify()
        #expect(report.findings.map(\.what) == ["its last event is not the one that was written last"])
        world.store.tamper { $0.journals[id] = nil }
        #expect(try await world.owner.verify().findings.map(\.what).first?.contains("deleted") == true)
    }

    @Test func `a space that was removed leaves nothing behind that is missed`() async throws {
        let world = try await World()
        _ = try await world.owner.addSpace("staging")
        let entry = try await world.owner.put(Sample.draft("staging/app/acme", refresh: "staged"))
        let id = EntryID.random()
        for index in 0..<3 {
            try await world.owner.appendJournal(
                [1, 2], to: id, at: UInt32(index), for: CredentialPath("staging/app"), reason: "")
        }
        _ = try await world.owner.commit(WriteBatch(.remove, removals: [entry]))
        #expect(try await world.owner.verify().counts.journalEvents == 3)
        _ = try await world.owner.removeSpace("staging")
        #expect(world.store.tamper { $0.journals[id] } == nil)
        let report = try await world.owner.verify()
        #expect(report.findings == [])
        #expect(report.counts.journalEvents == 0)
        // An index of what the events say; nobody has the key that they were made with any more.
        #expect(world.store.tamper { $0.fingerprints.values.contains { $0.entryID == entry.id } })
        #expect(try await world.owner.walkChains().findings.isEmpty)
    }

    @Test func `what is written during the check is no finding`() async throws {
        let world = try await World()
        let report = try await world.owner.verify(progress: { progress in
            guard progress.stage == .entries, progress.count == 0 else { return }
            Task { [issuer = world.issuer, other = world.other] in
                _ = try? await issuer.replace(other, access: "during")
            }
        })
        #expect(report.findings == [])
    }
}
