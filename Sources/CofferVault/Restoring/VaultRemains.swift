// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

import CofferCrypto
import Foundation

/// What the vault that is to be replaced still says: it must not be forgotten with it.
///
/// It may be damaged, which is why one restores; whatever can be read is taken.
package struct VaultRemains: Sendable {
    /// The vault, unlocked; nil if it does not open.
    package let vault: Vault?
    /// Its manifests, as far as owners signed them; nil if there are none.
    let manifests: SoundManifests?
    /// The refresh tokens that it knows to be spent.
    package let spent: [StoredFingerprint]
    /// Whether those are all that it had.
    package let hasAllSpent: Bool

    /// What is left where the vault itself is gone.
    ///
    /// - Parameters:
    ///   - seen: The manifests that this machine has kept.
    ///   - anchor: The newest manifest that is known to be the vault's.
    package init(seen: SeenManifests?, anchor: Pin?) {
        vault = nil
        manifests = Self.longest([(try? seen?.read()) ?? []], anchor)
        spent = []
        hasAllSpent = true
    }

    /// Reads what is left in a store, and of the manifests those that this machine has kept if they are as many.
    ///
    /// - Parameters:
    ///   - store: The vault's.
    ///   - seen: The manifests that this machine has kept.
    ///   - anchor: The newest manifest that is known to be the vault's.
    ///   - text: Who restores.
    ///   - pin: A manifest to trust besides the one in the identity.
    package init(
        of store: any VaultStore, seen: SeenManifests?, anchor: Pin?, with text: IdentityText, trusting pin: Pin?
    ) async {
        let stored = (try? await store.read { try $0.manifests(from: 1) }) ?? []
        let kept = (try? seen?.read()) ?? []
        manifests = Self.longest([kept, stored], anchor)
        let now: @Sendable () -> Date = { Date() }
        vault = try? await Vault.unlock(store, with: text, trusting: pin, now: now)
        // What is spent needs no key to read, and whoever restores drops what lies in no space of the backup.
        let spaces = (stored + kept).compactMap { try? SignedManifest(decoding: $0).claimedManifest.spaces.map(\.id) }
        (spent, hasAllSpent) = await Self.spentFingerprints(in: store, Set(spaces.joined()))
    }

    /// The first of the longest.
    private static func longest(_ sources: [[[UInt8]]], _ anchor: Pin?) -> SoundManifests? {
        guard let anchor else { return nil }
        return sources.compactMap { SoundManifests(in: $0, around: anchor) }
            .reduce(nil) { best, next in best.map { $0.last >= next.last ? $0 : next } ?? next }
    }

    /// Every fingerprint that is marked spent, as far as they can be read.
    private static func spentFingerprints(
        in store: any VaultStore, _ spaces: Set<SpaceID>
    ) async -> (found: [StoredFingerprint], areAll: Bool) {
        var found: [StoredFingerprint] = []
        var areAll = !spaces.isEmpty
        for space in spaces {
            var last: Digest?
            while true {
                let after = last
                let page = try? await store.read { reader in
                    try reader.fingerprints(space: space, after: after, limit: 1000)
                }
                if page == nil { areAll = false }
                guard let page, let newest = page.last else { break }
                found += page.filter(\.isSpent)
                last = newest.tag
            }
        }
        return (found, areAll)
    }
}
