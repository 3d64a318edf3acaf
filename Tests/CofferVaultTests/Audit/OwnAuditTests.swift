// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

import Testing

@testable import CofferCrypto
@testable import CofferVault

@Suite struct OwnAuditTests {
    private struct World {
        let store = MemoryStore()
        let vault: Vault
        let signer: SigningPublicKey

        /// A chain of five events: the first of the vault, two writes, two hand-outs.
        init() async throws {
            vault = try await Sample.vault(in: store).vault
            signer = vault.identity.publicIdentity.signingKey
            _ = try await vault.put(Sample.draft("main/a"))
            for reason in ["one", "two"] {
                try await vault.record(
                    AuditRecord(at: Sample.instant, action: .handOut, paths: ["main/a"], reason: reason))
            }
            _ = try await vault.put(Sample.draft("main/b", refresh: "other"))
        }

        func events() -> [[UInt8]] {
            store.tamper { contents in
                contents.audit[signer, default: [:]].sorted { $0.key < $1.key }.map(\.value.bytes)
            }
        }

        func set(_ events: [[UInt8]]) {
            store.tamper { contents in
                let numbered = events.enumerated().map {
                    (UInt64($0.offset) + 1, (hash: Digest.zero, bytes: $0.element))
                }
                contents.audit[signer] = Dictionary(uniqueKeysWithValues: numbered)
            }
        }
    }

    @Test func `events come back in order with what was recorded`() async throws {
        let world = try await World()
        let records = try await world.vault.ownAudit()
        #expect(records.map(\.action) == [.initialise, .put, .handOut, .handOut, .put])
        #expect(records.map(\.reason) == ["", "", "one", "two", ""])
        #expect(records[1].paths == ["main/a"])
        #expect(records.allSatisfy { $0.at == Sample.instant && $0.outcome == .allowed })
    }

    @Test func `an event with any byte changed is found`() async throws {
        let world = try await World()
        let events = world.events()
        for position in events[2].indices {
            var changed = events
            changed[2][position] ^= 0x01
            world.set(changed)
            await #expect(throws: VaultError.damaged) { _ = try await world.vault.ownAudit() }
        }
    }

    @Test func `a dropped event is found`() async throws {
        let world = try await World()
        let events = world.events()
        for index in 0..<events.count - 1 {
            var dropped = events
            dropped.remove(at: index)
            world.set(dropped)
            await #expect(throws: VaultError.damaged) { _ = try await world.vault.ownAudit() }
        }
    }

    @Test func `reordered or repeated events are found`() async throws {
        let world = try await World()
        let events = world.events()
        var swapped = events
        swapped.swapAt(2, 3)
        world.set(swapped)
        await #expect(throws: VaultError.damaged) { _ = try await world.vault.ownAudit() }
        world.set(events + [events[4]])
        await #expect(throws: VaultError.damaged) { _ = try await world.vault.ownAudit() }
    }

    @Test func `an event of another identity in the chain is found`() async throws {
        let world = try await World()
        let stranger = try Identity.generate()
        let head = try #require(world.events().last)
        let last = try AuditEvent(decoding: head)
        let forged = try AuditEvent(
            AuditRecord(at: Sample.instant, action: .read, paths: []),
            after: AuditHead(signer: last.signer, sequence: last.sequence, hash: last.hash), by: stranger, owners: [],
            bindings: [], fingerprints: [], heads: [])
        world.set(world.events() + [forged.encoded])
        await #expect(throws: VaultError.damaged) { _ = try await world.vault.ownAudit() }
    }

    @Test(arguments: [UInt64(Int64.max), .max])
    func `a chain that can't be counted further refuses the operation`(sequence: UInt64) async throws {
        let world = try await World()
        world.store.tamper { $0.audit[world.signer]?[sequence] = (.zero, []) }
        await #expect(throws: VaultError.damaged) {
            try await world.vault.record(AuditRecord(at: Sample.instant, action: .read, paths: []))
        }
    }

    @Test func `writers of one identity in two processes make one chain`() async throws {
        let store = MemoryStore()
        let (vault, text) = try await Sample.vault(in: store)
        let other = try await Vault.unlock(store, with: text, now: Sample.now)
        try await withThrowingTaskGroup(of: Void.self) { group in
            for (index, handle) in [vault, other, vault, other].enumerated() {
                group.addTask {
                    for count in 0..<5 {
                        try await handle.record(
                            AuditRecord(at: Sample.instant, action: .read, paths: [], reason: "\(index) \(count)"))
                    }
                }
            }
            try await group.waitForAll()
        }
        let records = try await vault.ownAudit()
        #expect(records.count == 21)
        #expect(Set(records.map(\.reason)).count == 21)
    }
}
