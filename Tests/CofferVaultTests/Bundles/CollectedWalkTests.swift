// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

import Foundation
import Testing

@testable import CofferCrypto
@testable import CofferVault

/// What came home from a bundle, checked by `audit verify` and by `verify` alike.
@Suite struct CollectedWalkTests {
    typealias Events = [UInt64: [UInt8]]

    /// A vault to which the four events of a reader's bundle came home, in two goes.
    private struct World {
        let vault: RoledVault
        let owner: Vault
        let bundle: VaultID
        /// What the bundle's chain is called.
        let name: String

        init() async throws {
            vault = try await RoledVault()
            owner = try await vault.unlock(vault.owner)
            var use = FieldTable()
            use.set(16, text: "made-up")
            let entry = try await owner.put(EntryDraft(Sample.path("main/lent"), kind: .secret, use: use))
            let draft = try await vault.unlock(vault.issuer).makeBundle(
                for: "reader", entries: [entry], expiresAt: Sample.instant + 3600, allowsUnauditedReading: false)
            let store = MemoryStore()
            try await draft.write(to: store)
            let opened = try await Vault.unlock(
                store, with: IdentityText(identity: vault.reader, pin: vault.pin), now: Sample.now)
            for _ in 0..<2 {
                for _ in 0..<2 {
                    try await opened.record(AuditRecord(at: Sample.instant, action: .read, paths: ["main/lent"]))
                }
                _ = try await vault.unlock(vault.issuer).collect(store, named: "it", reason: "")
            }
            bundle = draft.id
            name = "reader, bundle \(bundle.description.prefix(8))"
        }

        /// What both checks find after a change behind everybody's back, as `kind first-last`.
        func findings(
            seenBy identity: KeyPath<RoledVault, Identity> = \.owner,
            after change: @Sendable (inout Events) throws -> Void = { _ in }
        ) async throws -> [String] {
            try vault.store.tamper { try change(&$0.collected[bundle, default: [:]]) }
            let checker = try await vault.unlock(vault[keyPath: identity])
            let walked = try await checker.walkChains()
            let damages = try await checker.verify().findings.filter { $0.severity == .damaged }
            #expect(damages.map(\.what) == walked.findings.map(\.words.sentence))
            #expect(damages.allSatisfy { $0.place.contains(", bundle \(bundle.description.prefix(8)), after event ") })
            return walked.findings.map { "\($0.kind) \($0.first)-\($0.last)" }
        }
    }

    @Test func `are whole, and are counted`() async throws {
        let world = try await World()
        #expect(try await world.findings() == [])
        let report = try await world.owner.walkChains()
        #expect(report.chains.last?.signer.name == world.name)
        #expect(report.chains.last?.signer.standing == .bundle && report.chains.last?.count == 4)
        #expect(try await world.owner.verify().counts.bundleEvents == 4)
    }

    @Test func `that were edited are placed`() async throws {
        let found = try await World().findings(after: { events in
            // The last byte of what is signed lies in a sealed body.
            guard let count = events[2]?.count else { return }
            events[2]?[count - Signature.byteCount - 1] ^= 1
        })
        #expect(found == ["edited 2-2"])
    }

    @Test func `that are no events end the chain`() async throws {
        #expect(try await World().findings(after: { $0[3] = [1] }).first == "unreadable 3-3")
    }

    @Test(arguments: [UInt64(1), 2, 3])
    func `that were dropped are placed`(sequence: UInt64) async throws {
        #expect(try await World().findings(after: { $0[sequence] = nil }) == ["missing \(sequence)-\(sequence)"])
    }

    @Test func `that were cut off at the end are missed by who brought them`() async throws {
        let cut: @Sendable (inout Events) -> Void = { events in
            events[4] = nil
            events[3] = nil
        }
        let world = try await World()
        #expect(try await world.findings(after: cut) == ["cutOff 3-4"])
        #expect(try await world.owner.walkChains().findings.first?.witnessName == "issuer")
        // Whoever can't open the issuer's events can't know how many there were.
        #expect(try await world.findings(seenBy: \.reader) == [])
    }

    @Test func `that were signed by somebody else are placed`() async throws {
        let world = try await World()
        let stranger = try Identity.generate()
        let forged = try AuditEvent(
            AuditRecord(at: Sample.instant, action: .read, paths: []), after: nil, by: stranger, owners: [],
            bindings: [], fingerprints: [], heads: [])
        let bytes = forged.encoded
        #expect(try await world.findings(after: { $0 = [1: bytes] }) == ["stranger 1-1", "unlinked 1-1", "cutOff 2-4"])
    }

    @Test func `that nobody brought home are named`() async throws {
        let world = try await World()
        let key = world.vault.reader.publicIdentity.signingKey
        let stored = world.vault.store.tamper { $0.collected[world.bundle]?[4] }
        let last = try AuditEvent(decoding: try #require(stored))
        let more = try AuditEvent(
            AuditRecord(at: Sample.instant, action: .read, paths: []),
            after: AuditHead(signer: key, sequence: 4, hash: last.hash), by: world.vault.reader, owners: [],
            bindings: [], fingerprints: [], heads: [])
        let bytes = more.encoded
        #expect(try await world.findings(after: { $0[5] = bytes }) == ["unvouched 5-5"])
    }

    @Test func `that lie under other numbers do not keep the check for ever`() async throws {
        let found = try await World().findings(after: { events in
            events[UInt64(Int64.max) - 1] = events[2]
        })
        #expect(found == ["unreadable 5-5"])
    }
}
