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
        try await vault.reading { _, reader in
            try self.contents.withLock { try $0.chains.compareWithBounds(reader) }
        }
    }

    /// Reads what came home from bundles, and compares it with what those say who brought it.
    func checkCollected() async throws {
        let report = try await vault.reading { state, reader in
            try self.contents.withLock { contents in
                try contents.chains.finish(state, reader)
                return try CollectedWalk.run(state, reader, contents.chains.walk.vouchers)
            }
        }
        contents.withLock { contents in
            contents.report.counts.bundleEvents = report.chains.reduce(0) { $0 + Int(clamping: $1.count) }
            for finding in report.findings { contents.list.add(VerifyFinding(finding)) }
        }
    }
}
