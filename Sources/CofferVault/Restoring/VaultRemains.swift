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
    /// Its manifests from the first on, as far as they can be read; nothing of them is believed yet.
    let manifests: [[UInt8]]
    /// The refresh tokens that it knows to be spent.
    package let spent: [StoredFingerprint]

    private init(vault: Vault?, manifests: [[UInt8]], spent: [StoredFingerprint]) {
        self.vault = vault
        self.manifests = manifests
        self.spent = spent
    }

    /// What is left where the vault itself is gone.
    package init(seen: SeenManifests?) {
        self.init(vault: nil, manifests: (try? seen?.read()) ?? [], spent: [])
    }

    /// Reads what is left in a store, and of the manifests those that this machine has kept if they are more.
    package init(of store: any VaultStore, seen: SeenManifests?, with text: IdentityText, trusting pin: Pin?) async {
        let stored = (try? await store.read { try $0.manifests(from: 1) }) ?? []
        let kept = (try? seen?.read()) ?? []
        manifests = kept.count > stored.count ? kept : stored
        let now: @Sendable () -> Date = { Date() }
        let opened = try? await Vault.unlock(store, with: text, trusting: pin, now: now)
        vault = opened
        spent = await opened?.spentFingerprints() ?? []
    }
}

extension Vault {
    /// Every fingerprint that is marked spent, as far as they can be read.
    fileprivate func spentFingerprints() async -> [StoredFingerprint] {
        var found: [StoredFingerprint] = []
        for space in state.spaces.values {
            var last: Digest?
            while true {
                let after = last
                guard
                    let page = try? await store.read({ reader in
                        try reader.fingerprints(space: space.id, after: after, limit: 1000)
                    }), let newest = page.last
                else { break }
                found += page.filter(\.isSpent)
                last = newest.tag
            }
        }
        return found
    }
}
