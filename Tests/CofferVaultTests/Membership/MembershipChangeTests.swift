// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

import CofferCredentials
import Testing

@testable import CofferCrypto
@testable import CofferVault

/// What owners do to the membership, and what each member can do afterwards.
@Suite struct MembershipChangeTests {
    @Test func `an invited reader opens its tier and an invited issuer both`() async throws {
        let house = try await Household()
        let entry = try await house.owner.put(Sample.draft("main/app/acme"))
        let reader = try await house.unlock(house.join("ci", .reader))
        let issuer = try await house.unlock(house.join("cron", .issuer))
        let owner = try await house.unlock(house.join("second", .owner, spaces: nil))
        #expect(try await reader.inspect(entry.path)?.issue == nil)
        #expect(try await reader.inspect(entry.path)?.use.text(16) == "access")
        #expect(try await issuer.inspect(entry.path)?.issue?.text(16) == "refresh")
        #expect(try await owner.inspect(entry.path)?.issue?.text(16) == "refresh")
        let written = try await issuer.replace(entry, access: "newer")
        try await owner.confirmNewest(written)
        // The vault that did the adding has gone on, too.
        #expect(house.owner.pin.epoch == 4)
        #expect(try await house.owner.inspect(entry.path)?.use.text(16) == "newer")
    }

    @Test func `the invitation says what was granted`() async throws {
        let house = try await Household()
        _ = try await house.owner.addSpace("staging")
        let identity = try Identity.generate()
        let invitation = try await house.owner.addMember(
            identity.publicIdentity, name: "ci", role: .reader, spaces: ["staging", "main", "main"])
        #expect(invitation.grants == [.init(space: "main", role: .reader), .init(space: "staging", role: .reader)])
        #expect(invitation.pin == house.owner.pin)
        #expect(invitation.owner == house.owner.identity.publicIdentity)
        #expect(!invitation.isOwner)
        let all = try await house.owner.addMember(
            try Identity.generate().publicIdentity, name: "second", role: .owner)
        #expect(all.grants.map(\.space) == ["main", "staging"])
        #expect(all.isOwner)
    }

    @Test func `what is done to the membership is recorded`() async throws {
        let house = try await Household()
        _ = try await house.join("ci", .reader)
        _ = try await house.owner.addSpace("staging", reason: "trial")
        _ = try await house.owner.removeSpace("staging")
        _ = try await house.owner.beginGeneration(of: "main")
        _ = try await house.owner.dropGenerations(of: "main", below: 2) { _ in }
        _ = try await house.owner.setUnauditedReading(true)
        _ = try await house.owner.removeMember("ci")
        let records = try await house.owner.ownAudit()
        #expect(
            records.map(\.action) == [
                .initialise, .addIdentity, .addSpace, .removeSpace, .beginRekey, .endRekey, .policy, .removeIdentity,
            ])
        #expect(records[1].paths == ["ci"])
        #expect(records[2].reason == "trial")
        #expect(house.owner.pin.epoch == 8)
        #expect(house.owner.state.manifest.allowsUnauditedReading)
    }

    @Test func `a removal begins a generation that the member never had`() async throws {
        let house = try await Household()
        let text = try await house.join("cron", .issuer)
        let other = try await house.unlock(house.join("agent", .issuer))
        let entry = try await house.owner.put(Sample.draft("main/app/acme"))
        let removal = try await house.owner.removeMember("cron")
        #expect(removal.begunSpaces == ["main"])
        #expect(removal.roles == [.init(space: "main", role: .issuer)])
        #expect(!removal.wasOwner)
        #expect(removal.identity == text.identity.publicIdentity)
        #expect(removal.pin == house.owner.pin)
        // The others go on: with what there was, and under the new keys.
        #expect(try await other.inspect(entry.path)?.use.text(16) == "access")
        let written = try await other.replace(entry, access: "newer")
        try await house.owner.confirmNewest(written)
        #expect(house.store.tamper { $0.entries[entry.id]?.generation } == 2)
        await #expect(throws: VaultError(.wrongIdentity, "")) { _ = try await house.unlock(text) }
    }

    @Test func `members behind the removed one keep their keys`() async throws {
        let house = try await Household()
        _ = try await house.join("a", .issuer)
        let reader = try await house.unlock(house.join("b", .reader))
        let issuer = try await house.unlock(house.join("c", .issuer))
        let entry = try await house.owner.put(Sample.draft("main/app/acme"))
        _ = try await house.owner.removeMember("a")
        let newer = try await house.owner.replace(entry, access: "newer")
        #expect(try await reader.inspect(entry.path)?.use.text(16) == "newer")
        #expect(try await issuer.inspect(entry.path)?.issue?.text(16) == "refresh")
        _ = try await issuer.replace(newer, access: "newest")
        #expect(try await issuer.known(.init("refresh"), tier: .issue, at: entry.path) != nil)
    }

    @Test func `what a member wrote before its removal still counts`() async throws {
        let house = try await Household()
        let issuer = try await house.unlock(house.join("cron", .issuer))
        let entry = try await issuer.put(Sample.draft("main/app/acme"))
        try await issuer.record(AuditRecord(at: Sample.instant, action: .list, paths: []))
        _ = try await house.owner.removeMember("cron")
        let gone = try #require(try await house.owner.departedMembers().first)
        #expect(gone.lastSequence == 2)
        #expect(gone.removedAtEpoch == 3)
        try await house.owner.confirmNewest(entry)
        // And a member whose chain is empty departs, too.
        _ = try await house.join("idle", .issuer)
        _ = try await house.owner.removeMember("idle")
        try await house.owner.confirmNewest(entry)
    }

    @Test func `only an owner changes the membership`() async throws {
        let house = try await Household()
        let issuer = try await house.unlock(house.join("cron", .issuer))
        let stranger = try Identity.generate().publicIdentity
        let before = try house.newest()
        let operations: [@Sendable () async throws -> Void] = [
            { _ = try await issuer.addMember(stranger, name: "x", role: .reader, spaces: ["main"]) },
            { _ = try await issuer.removeMember("owner") },
            { _ = try await issuer.addSpace("x") },
            { _ = try await issuer.removeSpace("main") },
            { _ = try await issuer.beginGeneration(of: "main") },
            { _ = try await issuer.dropGenerations(of: "main", below: 1) { _ in } },
            { _ = try await issuer.setUnauditedReading(true) },
        ]
        for operation in operations {
            await #expect(throws: VaultError(.notPermitted, "")) { try await operation() }
        }
        #expect(try house.newest() == before)
        #expect(house.store.tamper { $0.audit[issuer.identity.publicIdentity.signingKey] } == nil)
    }

    @Test func `the last owner, oneself and the last writer of a space stay`() async throws {
        let house = try await Household()
        let refused = VaultError(.notPermitted, "")
        await #expect(throws: refused) { _ = try await house.owner.removeMember("owner", allowingOneself: true) }
        _ = try await house.owner.addSpace("staging")
        let second = try await house.unlock(house.join("second", .owner, spaces: ["main"]))
        await #expect(throws: refused) { _ = try await house.owner.removeMember("owner") }
        // Without the first owner nobody could write in `staging`.
        await #expect(throws: refused) { _ = try await second.removeMember("owner") }
        #expect(try await house.owner.members().map(\.name) == ["owner", "second"])
        let removal = try await house.owner.removeMember("second")
        #expect(removal.wasOwner)
        #expect(removal.begunSpaces == ["main"])
    }

    @Test func `an owner may remove itself if told to, and is out at once`() async throws {
        let house = try await Household()
        let second = try await house.unlock(house.join("second", .owner, spaces: nil))
        let entry = try await house.owner.put(Sample.draft("main/app/acme"))
        let removal = try await house.owner.removeMember("owner", allowingOneself: true)
        #expect(removal.pin.epoch == 3)
        await #expect(throws: VaultError(.wrongIdentity, "")) { _ = try await house.owner.inspect(entry.path) }
        try await second.confirmNewest(entry)
        // The event of its own removal is within the bound.
        let gone = try #require(try await second.departedMembers().first)
        let newest = house.store.tamper { $0.audit[gone.identity.signingKey]?.keys.max() }
        #expect(gone.lastSequence == newest)
    }

    @Test func `a name, a key and a space are given once`() async throws {
        let house = try await Household()
        let ci = try await house.join("ci", .reader).identity.publicIdentity
        let other = try Identity.generate().publicIdentity
        func refusal(_ identity: PublicIdentity, _ name: String, _ role: Role, _ spaces: [String]) async -> VaultError?
        {
            await #expect(throws: VaultError.self) {
                _ = try await house.owner.addMember(identity, name: name, role: role, spaces: spaces)
            }
        }
        #expect(await refusal(other, "ci", .reader, ["main"])?.code == .exists)
        #expect(await refusal(ci, "ci2", .reader, ["main"])?.code == .exists)
        #expect(await refusal(ci, "ci", .reader, ["main"])?.code == .exists)
        #expect(await refusal(ci, "ci", .issuer, ["main"])?.code == .exists)
        #expect(await refusal(ci, "ci", .owner, ["main"])?.code == .exists)
        #expect(await refusal(other, "x", .reader, ["nowhere"])?.code == .missing)
        #expect(await refusal(other, "x", .reader, [])?.code == .missing)
        for name in ["", "A", "a/b", "a b", "\u{1B}[2J", String(repeating: "a", count: 65), ".a"] {
            #expect(await refusal(other, name, .reader, ["main"])?.code == .invalidName)
            await #expect(throws: VaultError(.invalidName, "")) { _ = try await house.owner.addSpace(name) }
            let missing = await #expect(throws: VaultError.self) { _ = try await house.owner.removeMember(name) }
            #expect(missing?.code == .missing)
            #expect(missing?.message == "there is no such member")
        }
        let mixed = PublicIdentity(encryptionKey: ci.encryptionKey, signingKey: other.signingKey)
        #expect(await refusal(mixed, "x", .reader, ["main"])?.code == .exists)
        _ = try await house.owner.removeMember("ci")
        #expect(await refusal(ci, "ci", .reader, ["main"])?.code == .exists)
        #expect(await refusal(mixed, "ci", .reader, ["main"])?.code == .exists)
        // The name is free again for another key.
        _ = try await house.join("ci", .reader)
        #expect(house.owner.pin.epoch == 4)
    }

    @Test func `a key that nothing can be wrapped to is refused`() async throws {
        let house = try await Household()
        let weak = PublicIdentity(
            encryptionKey: try EncryptionPublicKey([UInt8](repeating: 0, count: 32)),
            signingKey: try Identity.generate().publicIdentity.signingKey)
        await #expect(throws: VaultError(.invalidIdentity, "")) {
            _ = try await house.owner.addMember(weak, name: "weak", role: .reader, spaces: ["main"])
        }
        #expect(house.owner.pin.epoch == 1)
    }

    @Test func `a member is given a further space`() async throws {
        let house = try await Household()
        let text = try await house.join("ci", .reader)
        let ci = try await house.unlock(text)
        _ = try await house.owner.addSpace("staging")
        _ = try await house.owner.put(Sample.draft("staging/app/acme"))
        await #expect(throws: VaultError(.missing, "")) { _ = try await ci.inspect(Sample.path("staging/app/acme")) }
        let invitation = try await house.owner.addMember(
            text.identity.publicIdentity, name: "ci", role: .reader, spaces: ["staging"])
        #expect(invitation.grants.map(\.space) == ["staging"])
        #expect(try await ci.inspect(Sample.path("staging/app/acme"))?.use.text(16) == "access")
        let seen = try await house.owner.members()
        #expect(seen.map(\.name) == ["owner", "ci"])
        #expect(seen[1].grants == [.init(space: "main", role: .reader), .init(space: "staging", role: .reader)])
        #expect(seen.map(\.isSelf) == [true, false])
    }

    @Test func `spaces are kept apart, shown and removed when empty`() async throws {
        let house = try await Household()
        let ci = try await house.unlock(house.join("ci", .reader))
        _ = try await house.owner.addSpace("staging")
        let entry = try await house.owner.put(Sample.draft("staging/app/acme"))
        await #expect(throws: VaultError(.exists, "")) { _ = try await house.owner.addSpace("staging") }
        await #expect(throws: VaultError(.notEmpty, "")) { _ = try await house.owner.removeSpace("staging") }
        let spaces = try await ci.spaces()
        #expect(spaces.map(\.name) == ["main", "staging"])
        #expect(spaces.map(\.ownRole) == [.reader, nil])
        #expect(spaces[0].members.map(\.name) == ["owner", "ci"])
        #expect(spaces[1].members.map(\.role) == [.owner])
        #expect(spaces.map(\.generations) == [[1], [1]])
        _ = try await house.owner.commit(WriteBatch(.remove, removals: [entry]))
        _ = try await house.owner.removeSpace("staging")
        #expect(try await house.owner.spaces().map(\.name) == ["main"])
        await #expect(throws: VaultError(.missing, "")) { _ = try await house.owner.removeSpace("staging") }
        await #expect(throws: VaultError(.notPermitted, "")) { _ = try await house.owner.removeSpace("main") }
    }

    @Test func `generations are begun, added to and dropped`() async throws {
        let house = try await Household()
        let entry = try await house.owner.put(Sample.draft("main/app/acme"))
        #expect(try await house.owner.beginGeneration(of: "main") == 2)
        // Whoever joins while two generations stand opens what lies under either.
        let ci = try await house.unlock(house.join("ci", .reader))
        #expect(try await ci.inspect(entry.path)?.use.text(16) == "access")
        _ = try await house.owner.put(Sample.draft("main/app/other", refresh: "other"))
        #expect(try await ci.inspect(Sample.path("main/app/other")) != nil)
        await #expect(throws: VaultError(.conflict, "")) {
            _ = try await house.owner.dropGenerations(of: "main", below: 2) { _ in throw VaultError(.conflict, "") }
        }
        #expect(try await house.owner.spaces()[0].generations == [1, 2])
        await #expect(throws: VaultError(.notPermitted, "")) {
            _ = try await house.owner.dropGenerations(of: "main", below: 3) { _ in }
        }
        #expect(try await house.owner.dropGenerations(of: "main", below: 2) { _ in } == [1])
        await #expect(throws: VaultError.damaged) { _ = try await ci.inspect(entry.id) }
        #expect(try await ci.inspect(Sample.path("main/app/other")) != nil)
    }

    @Test func `two owners at once make one chain`() async throws {
        let house = try await Household()
        let second = try await house.unlock(house.join("second", .owner, spaces: nil))
        let names = (0..<8).map { "ci-\($0)" }
        try await withThrowingTaskGroup(of: Void.self) { group in
            for (index, name) in names.enumerated() {
                group.addTask {
                    _ = try await house.join(name, .reader, by: index.isMultiple(of: 2) ? house.owner : second)
                }
            }
            try await group.waitForAll()
        }
        let seen = try await house.owner.members()
        #expect(Set(seen.map(\.name)) == Set(names + ["owner", "second"]))
        #expect(try await house.unlock(house.ownerText).pin.epoch == 10)
    }

    @Test func `two owners that remove each other leave one`() async throws {
        let house = try await Household()
        let second = try await house.unlock(house.join("second", .owner, spaces: nil))
        _ = try await house.owner.removeMember("second")
        await #expect(throws: VaultError(.wrongIdentity, "")) { _ = try await second.removeMember("owner") }
        #expect(try await house.owner.members().map(\.name) == ["owner"])
    }

    @Test func `a broken chain does not keep its member from being removed`() async throws {
        let house = try await Household()
        let issuer = try await house.unlock(house.join("cron", .issuer))
        let entry = try await issuer.put(Sample.draft("main/app/acme"))
        try await issuer.record(AuditRecord(at: Sample.instant, action: .list, paths: []))
        let signer = issuer.identity.publicIdentity.signingKey
        house.store.tamper { contents in
            contents.audit[signer]?[2]?.bytes.append(0)
            contents.audit[signer]?[3] = (.zero, [])
        }
        await #expect(throws: VaultError.damaged) { try await house.owner.confirmNewest(entry) }
        _ = try await house.owner.removeMember("cron")
        #expect(try await house.owner.departedMembers().map(\.lastSequence) == [1])
        // What it signed soundly counts, and the rubbish behind is left aside.
        try await house.owner.confirmNewest(entry)
    }

    @Test func `a restoration takes the bounds of the departed back with it`() async throws {
        let house = try await Household()
        let issuer = try await house.unlock(house.join("cron", .issuer))
        _ = try await issuer.put(Sample.draft("main/app/acme"))
        try await issuer.record(AuditRecord(at: Sample.instant, action: .list, paths: []))
        _ = try await house.owner.removeMember("cron")
        var manifest = try house.owner.state.manifest.successor(at: 9)
        let gone = try #require(manifest.departed.first)
        let earlier = AuditHead(signer: gone.identity.signingKey, sequence: 1, hash: Digest(hashing: [1]))
        manifest.noteRestoration(at: 9, heads: [earlier])
        #expect(manifest.departed[0].lastHead == earlier)
        #expect(manifest.restoration?.epoch == manifest.epoch)
        manifest.noteRestoration(at: 9, heads: [.init(signer: earlier.signer, sequence: 5, hash: .zero)])
        #expect(manifest.departed[0].lastHead == earlier)
        manifest.noteRestoration(at: 9, heads: [])
        #expect(manifest.departed[0].lastHead == nil)
        #expect(manifest.isWellFormed)
    }

    @Test func `the history tells who was in which space when`() async throws {
        let house = try await Household()
        let ci = try await house.join("ci", .reader).identity.publicIdentity
        _ = try await house.owner.removeMember("ci")
        let history = try await house.owner.membershipHistory()
        let stays = history.stays(of: ci.signingKey)
        #expect(stays.map(\.role) == [.reader])
        #expect(stays.map(\.fromEpoch) == [2])
        #expect(stays.map(\.untilEpoch) == [3])
    }
}
