// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

import CofferCredentials
import Foundation
import Testing

@testable import CofferCrypto
@testable import CofferVault

/// Somebody who may not write signs, with keys of its own and past our program, that it wrote.
@Suite struct `A forged write` {
    /// What is claimed of an entry.
    enum Claim: CaseIterable, Sendable {
        case newValue, removal, spent, fingerprintAlone, copiedElsewhere
    }

    /// An owner with one connection, and a chain to which a member appends what it likes.
    private struct World {
        let members: RoledVault
        let owner: Vault
        let entry: Entry
        let space: SpaceID

        init() async throws {
            members = try await RoledVault()
            owner = try await members.unlock(members.owner)
            entry = try await owner.put(Sample.draft("main/a", refresh: "the string"))
            space = members.manifest.spaces[0].id
            try await members.unlock(members.reader).record(
                AuditRecord(at: Sample.instant, action: .handOut, paths: ["main/a"]))
        }

        func forge(_ claim: Claim) throws {
            let known = try owner.tag(of: Secret("the string"), tier: .issue, at: entry.path)
            let other = EntryID.random()
            let kept: StoredFingerprint? =
                switch claim {
                case .newValue, .fingerprintAlone: fingerprint(try random(), entry.id)
                case .spent: fingerprint(known, entry.id, isSpent: true)
                case .copiedElsewhere: fingerprint(known, other)
                case .removal: nil
                }
            let hash: Digest? =
                switch claim {
                case .newValue, .spent, .copiedElsewhere: try random()
                case .removal: .zero
                case .fingerprintAlone: nil
                }
            let id = claim == .copiedElsewhere ? other : entry.id
            let bindings = hash.map { [AuditBinding(entryID: id, version: 2, rowHash: $0)] } ?? []
            try ReaderForgery.append(
                bindings, [kept].compactMap(\.self), by: members.reader, to: members.store,
                owners: [members.owner.publicIdentity])
        }

        private func fingerprint(_ tag: Digest, _ id: EntryID, isSpent: Bool = false) -> StoredFingerprint {
            StoredFingerprint(spaceID: space, tag: tag, entryID: id, field: 16, tier: .issue, isSpent: isSpent)
        }

        private func random() throws -> Digest { Digest(hashing: EntryID.random().bytes) }
    }

    @Test(arguments: Claim.allCases) func `by a reader is believed by no trace, and is named`(claim: Claim) async throws
    {
        let world = try await World()
        try world.forge(claim)
        let (lives, report) = try await world.owner.traceLives([Secret("the string")])
        #expect(lives.map(\.entryID) == [world.entry.id], "\(lives)")
        #expect(lives.allSatisfy { $0.stored != nil && $0.ended == nil && !$0.isSpent }, "\(lives)")
        #expect(report.findings.map { "\($0.name) \($0.kind) \($0.first)" } == ["reader beyondRole 2"])
        #expect(!report.isIntact && !report.isBroken)
        // A reader that walks the chains finds it as well.
        let seen = try await world.members.unlock(world.members.reader).walkChains()
        #expect(seen.findings.map(\.kind) == [.beyondRole])
        let verified = try await world.owner.verify()
        let found = verified.findings.filter { $0.place == "chain of reader, after event 1" }
        #expect(!verified.isSound && found.map(\.severity) == [.damaged] && found[0].leavesDataSound)
        // What else there is to find is the row that was put into the table.
        #expect(
            verified.findings.filter { !$0.leavesDataSound }.allSatisfy { $0.place.hasPrefix("fingerprint of") },
            "\(verified.findings)")
    }

    @Test func `keeps nobody from re-keying, and is a warning once its signer is gone`() async throws {
        let house = try await Household()
        let ci = try await house.join("ci", .reader)
        let entry = try await house.owner.put(Sample.draft("main/a"))
        try ReaderForgery.append(
            [AuditBinding(entryID: entry.id, version: 2, rowHash: .zero)], [], by: ci.identity, to: house.store,
            owners: [house.ownerText.identity.publicIdentity])
        #expect(try await !house.owner.verify().isSound)
        _ = try await house.owner.removeMember("ci")
        _ = try await house.owner.rekey()
        let report = try await house.owner.verify()
        #expect(report.isSound, "\(report.findings)")
        #expect(report.findings.map(\.place) == ["chain of ci, after event 0"])
        #expect(try await house.owner.inspect(entry.path) != nil)
    }

    @Test func `by an issuer of another space is believed as little`() async throws {
        let house = try await Household()
        _ = try await house.owner.addSpace("prod")
        let ops = try await house.join("ops", .issuer)
        _ = try await house.owner.addMember(
            ops.identity.publicIdentity, name: "ops", role: .reader, spaces: ["prod"])
        let entry = try await house.owner.put(Sample.draft("prod/a", refresh: "the string"))
        let state = house.owner.state
        let main = try #require(state.spaces["main"]?.id)
        let prod = try #require(state.spaces["prod"]?.id)
        let bindings = [AuditBinding(entryID: entry.id, version: 2, rowHash: .zero)]
        let claims: [([AuditBinding], SpaceID?)] = [(bindings, nil), (bindings, main), ([], prod)]
        for (bindings, space) in claims {
            let kept = space.map { id in
                StoredFingerprint(
                    spaceID: id, tag: Digest(hashing: entry.id.bytes), entryID: entry.id, field: 16, tier: .issue,
                    isSpent: false)
            }
            try ReaderForgery.append(
                bindings, [kept].compactMap(\.self), by: ops.identity, to: house.store,
                owners: [house.ownerText.identity.publicIdentity])
        }
        let (lives, report) = try await house.owner.traceLives([Secret("the string")])
        #expect(lives.count == 1 && lives[0].ended == nil, "\(lives)")
        let found = report.findings.filter { $0.kind == .beyondRole }
        #expect(found.map(\.name) == ["ops"] && found.map(\.first) == [1] && found.map(\.last) == [3], "\(found)")
        #expect(!report.isBroken)
        // What it does write in its own space is nothing to talk about.
        _ = try await house.unlock(ops).put(Sample.draft("main/b", refresh: "own"))
        #expect(try await house.owner.walkChains().findings.count == report.findings.count)
    }
}
