// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

import CofferCredentials
import Foundation
import Testing

@testable import CofferCrypto
@testable import CofferVault

@Suite("A bundle")
struct BundleTests {
    private static let hour: TimeInterval = 3600

    /// A vault with three members and two secrets in `main`, and a bundle of one of them for the reader.
    private struct World {
        let vault: RoledVault
        let bundle = MemoryStore()
        let draft: BundleDraft

        init(life: TimeInterval = BundleTests.hour, by maker: KeyPath<RoledVault, Identity> = \.issuer) async throws {
            vault = try await RoledVault()
            let issuer = try await vault.unlock(vault.issuer)
            var entries: [Entry] = []
            for name in ["lent", "kept"] {
                var use = FieldTable()
                use.set(16, text: "made-up-\(name)")
                var issue = FieldTable()
                issue.set(48, text: "made-up-issue-tier")
                entries += try await issuer.commit(
                    WriteBatch(
                        .put,
                        drafts: [EntryDraft(try Sample.path("main/\(name)"), kind: .secret, use: use, issue: issue)]))
            }
            draft = try await vault.unlock(vault[keyPath: maker]).makeBundle(
                for: "reader", entries: [entries[0]], expiresAt: Sample.instant + life, allowsUnauditedReading: false)
            try await draft.write(to: bundle)
        }

        func open(with identity: Identity, at instant: Date = Sample.instant) async throws -> Vault {
            try await Vault.unlock(
                bundle, with: IdentityText(identity: identity, pin: vault.pin), now: { instant })
        }
    }

    @Test func `holds what was lent, and nothing of the issue tier`() async throws {
        let world = try await World()
        let opened = try await world.open(with: world.vault.reader)
        let entries = try await opened.inspectAll()
        #expect(entries.map(\.path.description) == ["main/lent"])
        #expect(entries.first?.use.text(16) == "made-up-lent")
        #expect(
            try await world.bundle.read { try $0.rows(space: opened.state.manifest.spaces[0].id) }
                .allSatisfy { $0.issueBox == nil })
    }

    @Test func `has its entries under keys of its own, which open none of the vault it comes from`() async throws {
        let world = try await World()
        let (parent, small) = (
            try await world.vault.unlock(world.vault.reader).state, try await world.open(with: world.vault.reader).state
        )
        #expect(parent.pin.vaultID != small.pin.vaultID)
        let keys = [parent, small].compactMap { $0.spaces["main"]?.current.signingPublicKey }
        #expect(keys.count == 2 && keys[0] != keys[1])
        let row = try #require(
            try await world.bundle.read { try $0.rows(space: small.manifest.spaces[0].id).first })
        let space = try #require(parent.spaces["main"])
        #expect(throws: VaultError.damaged) { try EntrySealing(space: space).open(row, asked: nil) }
    }

    @Test func `takes no new entry and no change, from whoever holds it`() async throws {
        let world = try await World()
        let opened = try await world.open(with: world.vault.reader)
        await #expect(throws: VaultError(.notPermitted, "")) {
            try await opened.commit(
                WriteBatch(.put, drafts: [EntryDraft(try Sample.path("main/new"), kind: .secret, use: FieldTable())]))
        }
    }

    @Test func `is for one identity`() async throws {
        let world = try await World()
        for other in [world.vault.owner, world.vault.issuer, try Identity.generate()] {
            await #expect(throws: VaultError(.wrongIdentity, "")) { try await world.open(with: other) }
        }
    }

    @Test func `is not opened when its time is over`() async throws {
        let world = try await World()
        await #expect(throws: VaultError(.expired, "")) {
            try await world.open(with: world.vault.reader, at: Sample.instant + Self.hour)
        }
        _ = try await world.open(with: world.vault.reader, at: Sample.instant + Self.hour - 1)
    }

    @Test func `can't be made by a reader`() async throws {
        await #expect(throws: VaultError(.notPermitted, "")) { try await World(by: \.reader) }
    }

    @Test func `is refused if whoever signed it was no issuer`() async throws {
        let world = try await World()
        let forged = try BundleEnvelope(
            parentID: world.draft.envelope.parentID, id: world.draft.id, madeAt: world.draft.envelope.madeAt,
            expiresAt: .max, recipient: world.vault.reader.publicIdentity,
            manifestHash: world.draft.envelope.manifestHash,
            parentManifests: world.draft.envelope.parentManifests, by: world.vault.reader)
        world.bundle.tamper { $0.bundleEnvelope = forged.encoded }
        await #expect(throws: VaultError.damaged) { try await world.open(with: world.vault.reader) }
    }

    @Test func `with any byte of its envelope changed is refused`() async throws {
        let world = try await World()
        let bytes = world.draft.envelope.encoded
        for place in bytes.indices {
            var changed = bytes
            changed[place] ^= 0x01
            world.bundle.tamper { [changed] in $0.bundleEnvelope = changed }
            await #expect(throws: VaultError.self, "byte \(place)") {
                try await world.open(with: world.vault.reader)
            }
        }
    }

    @Test func `with another manifest, or a second, is refused`() async throws {
        let world = try await World()
        var manifest = try Manifest(decoding: world.draft.manifest.manifestBytes)
        manifest.allowsUnauditedReading = true
        let changed = try SignedManifest(signing: manifest, by: world.vault.issuer)
        world.bundle.tamper { $0.manifests[1] = changed.encoded }
        await #expect(throws: VaultError.damaged) { try await world.open(with: world.vault.reader) }
        let own = world.draft.manifest.encoded
        world.bundle.tamper { $0.manifests = [1: own, 2: changed.encoded] }
        await #expect(throws: VaultError.damaged) { try await world.open(with: world.vault.reader) }
    }

    @Test func `keeps a chain of events that can't stand in a vault`() async throws {
        let world = try await World()
        let opened = try await world.open(with: world.vault.reader)
        try await opened.record(AuditRecord(at: Sample.instant, action: .read, paths: ["main/lent"]))
        let signer = world.vault.reader.publicIdentity.signingKey
        let stored = try #require(
            try await world.bundle.read { try $0.events(of: signer, from: 1, limit: 1).first })
        let event = try AuditEvent(decoding: stored)
        #expect(event.previous != .zero)
        #expect(try event.record(openedBy: world.vault.owner)?.paths == ["main/lent"])
    }

    @Test func `that was used is sound, and its chain is whole`() async throws {
        let world = try await World()
        let opened = try await world.open(with: world.vault.reader)
        for _ in 0..<2 { try await opened.record(AuditRecord(at: Sample.instant, action: .read, paths: ["main/lent"])) }
        let chains = try await opened.walkChains()
        #expect(chains.findings == [] && chains.chains.first { $0.signer.name == "reader" }?.count == 2)
        let report = try await opened.verify()
        #expect(report.findings == [], "\(report.findings)")
        #expect(report.counts.entries == 1 && report.counts.opened == 1 && report.counts.events == 2)
    }

    @Test func `with a row or an event changed is damaged`() async throws {
        let world = try await World()
        let opened = try await world.open(with: world.vault.reader)
        for _ in 0..<2 { try await opened.record(AuditRecord(at: Sample.instant, action: .read, paths: ["main/lent"])) }
        let id = world.draft.rows[0].id
        let row = world.draft.rows[0]
        world.bundle.tamper { $0.entries[id]?.useBox[30] ^= 1 }
        let damaged = try await opened.verify()
        #expect(damaged.findings.map(\.severity) == [.damaged])
        #expect(damaged.findings.first?.what.contains("signature is wrong") == true)
        world.bundle.tamper { $0.entries[id] = row }
        #expect(try await opened.verify().isSound)
        let signer = world.vault.reader.publicIdentity.signingKey
        world.bundle.tamper { contents in
            // The first event cut away, and the second in its place.
            contents.audit[signer]?[1] = nil
        }
        #expect(try await opened.walkChains().findings.map(\.kind) == [.missing])
        #expect(try await !opened.verify().isSound)
    }

    @Test func `whose chain begins as a vault's does is damaged`() async throws {
        let world = try await World()
        let opened = try await world.open(with: world.vault.reader)
        let event = try AuditEvent(
            AuditRecord(at: Sample.instant, action: .read, paths: []), after: nil, by: world.vault.reader, owners: [],
            bindings: [], fingerprints: [], heads: [])
        world.bundle.tamper { $0.audit[event.signer] = [1: (event.hash, event.encoded)] }
        #expect(try await opened.walkChains().findings.map(\.kind) == [.unlinked])
    }
}
