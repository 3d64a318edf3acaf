// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

import Testing

@testable import CofferCrypto
@testable import CofferVault

@Suite struct `The mark of a vault that was moved` {
    private static let place = MoveDestination(.database, named: "postgres://db.example/made-up", isTold: true)

    /// A vault, and a mark behind its only manifest that an identity signed.
    private static func marked(
        by other: Identity? = nil, changing change: (inout [UInt8]) -> Void = { _ in }
    ) async throws -> (store: MemoryStore, vault: Vault, text: IdentityText) {
        let store = MemoryStore()
        let (vault, text) = try await Sample.vault(in: store)
        let pin = vault.pin
        var bytes = try MoveMark(
            of: pin.vaultID, after: pin.epoch, hash: pin.manifestHash, at: 1, isDone: false, to: place
        ).encoded
        change(&bytes)
        let signed = try SignedManifest(signing: bytes, by: other ?? text.identity)
        try await store.write(.synced) { try $0.insertManifest(signed.encoded, epoch: pin.epoch + 1) }
        return (store, vault, text)
    }

    @Test func `says what it was made with`() throws {
        let untold = MoveDestination(.file, named: "/made-up/vault.db", isTold: false)
        for (place, isDone) in [(Self.place, false), (untold, true)] {
            let mark = try MoveMark(of: .random(), after: 7, hash: .zero, at: 12, isDone: isDone, to: place)
            #expect(try MoveMark(reading: mark.encoded) == mark)
            #expect(mark.epoch == 8)
        }
        #expect(untold.name == nil)
        #expect(untold.isSame(as: MoveDestination(.file, named: "/made-up/vault.db", isTold: true)))
        #expect(!untold.isSame(as: MoveDestination(.file, named: "/made-up/other.db", isTold: false)))
    }

    @Test func `is a manifest of a later format to a program that does not know it`() throws {
        let mark = try MoveMark(of: .random(), after: 1, hash: .zero, at: 1, isDone: false, to: Self.place)
        #expect(throws: VaultError(.newerFormat, "")) { try Manifest(decoding: mark.encoded) }
    }

    @Test func `keeps everybody out, also whoever has the vault open`() async throws {
        let (store, vault, text) = try await Self.marked()
        await #expect(throws: VaultError(.moved, "")) {
            _ = try await Vault.unlock(store, with: text, now: Sample.now)
        }
        await #expect(throws: VaultError(.moved, "")) { _ = try await vault.inspectAll() }
        await #expect(throws: VaultError(.moved, "")) { _ = try await vault.put(Sample.draft("main/app/one")) }
        let refused = await #expect(throws: VaultError.self) {
            _ = try await Vault.unlock(store, with: text, now: Sample.now)
        }
        #expect(refused?.message == "the vault was moved to the database postgres://db.example/made-up")
    }

    @Test func `is passed over by whoever looks for names alone`() async throws {
        let (store, vault, _) = try await Self.marked()
        let stored = try await store.read { try $0.manifests(from: 1) }
        #expect(stored.count == 2)
        let last = try MoveMark.lastManifest(in: stored)
        #expect(last?.hash == vault.pin.manifestHash)
        let none = try MoveMark.lastManifest(in: Array(stored.dropFirst()))
        #expect(none == nil)
    }

    @Test func `of nobody who may sign it is damage`() async throws {
        let stranger = try Identity.generate()
        let (store, _, text) = try await Self.marked(by: stranger)
        await #expect(throws: VaultError.damaged) { _ = try await Vault.unlock(store, with: text, now: Sample.now) }
    }

    @Test func `is damage if it is cut or goes on`() async throws {
        let changes: [(inout [UInt8]) -> Void] = [{ _ = $0.popLast() }, { $0.append(0) }]
        for change in changes {
            let (store, _, text) = try await Self.marked(changing: change)
            await #expect(throws: VaultError.damaged) {
                _ = try await Vault.unlock(store, with: text, now: Sample.now)
            }
        }
    }

    @Test func `names nothing that a terminal would act on`() throws {
        let place = MoveDestination(.database, named: "postgres://\u{1B}[2J", isTold: true)
        let mark = try MoveMark(of: .random(), after: 1, hash: .zero, at: 1, isDone: false, to: place)
        #expect(throws: VaultError.damaged) { try MoveMark(reading: mark.encoded) }
    }
}
