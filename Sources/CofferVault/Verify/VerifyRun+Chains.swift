// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

import CofferCrypto
import Synchronization

extension VerifyRun {
    /// Asks the store what is wrong with its own structure.
    func checkStore() async throws {
        for fault in try await vault.store.integrity() {
            add(
                .damaged, "the store", fault,
                remedy: "keep a copy of the vault as it is, then restore a backup")
        }
    }

    /// Walks from the manifest in force back to the first: each must be the one that its successor names, signed by an
    /// owner of the one before.
    ///
    /// The way forward from the pin was walked when the vault was unlocked, as were all wraps of this identity.
    func checkManifests() async throws {
        let (pin, chain) = try await vault.reading { state, reader in (state.pin, try reader.manifests(from: 0)) }
        var expected = pin.manifestHash
        var epoch = pin.epoch
        var signer: SigningPublicKey?
        for bytes in chain.reversed() {
            guard let link = try? SignedManifest(decoding: bytes), link.hash == expected,
                let manifest = try? Manifest(decoding: link.manifestBytes), manifest.epoch == epoch
            else { break }
            let place = "manifest of epoch \(epoch)"
            if (try? link.verifySignature()) == nil { add(.damaged, place, "its signature is wrong") }
            if let signer, !manifest.members.contains(where: { $0.isOwner && $0.identity.signingKey == signer }) {
                add(.damaged, "manifest of epoch \(epoch + 1)", "it was not signed by an owner of the one before")
            }
            signer = link.signer
            expected = manifest.previous
            epoch -= 1
            contents.withLock { $0.report.counts.manifests += 1 }
        }
        guard epoch > 0 || expected != .zero || chain.count != Int(clamping: pin.epoch) else { return }
        add(
            .damaged, "manifest of epoch \(epoch)",
            epoch > 0
                ? "it is missing or was changed; the membership now in force is sound, what came before this can't be told"
                : "there are manifests that do not belong to the chain",
            remedy: "keep a copy of the vault as it is, then restore a backup")
    }

    /// Reads every chain of events to its end.
    func checkChains() async throws {
        var isDone = false
        while !isDone {
            isDone = try await vault.reading { state, reader in
                try self.contents.withLock { try $0.chains.advance(state, reader, atMost: Self.pageLength) }
            }
            tell(.events, contents.withLock { $0.chains.eventCount })
        }
        let manifest = vault.state.manifest
        contents.withLock { contents in
            for cursor in contents.chains.cursors {
                Self.describe(cursor, &contents.list)
            }
            let present = Set(contents.chains.cursors.map(\.owner.signer))
            for gone in manifest.departed where gone.lastSequence > 0 && !present.contains(gone.identity.signingKey) {
                contents.list.add(
                    .damaged, "chain of \(gone.name)",
                    "it is missing; it had \(gone.lastSequence) events when the member was removed")
            }
        }
    }

    private static func describe(_ cursor: ChainReading.Cursor, _ list: inout FindingList) {
        let name = cursor.owner.name
        if !cursor.owner.isKnown {
            list.add(
                .warning, "chain of \(name)", "its signer never was a member; its events count for nothing",
                remedy: "find out who can write the vault's file")
        } else if cursor.owner.isDeparted {
            let bound = cursor.owner.last?.sequence ?? 0
            if cursor.last.sequence > bound {
                list.add(
                    .warning, "chain of \(name), after event \(bound)",
                    "events were signed after this member's removal; they count for nothing",
                    remedy: "find out who still uses this identity")
            } else if cursor.last.sequence < bound {
                list.add(
                    .damaged, cursor.place, "it was cut off: the removal of this member names event \(bound)",
                    remedy: "keep a copy of the vault as it is, then restore a backup")
            }
        }
    }
}
