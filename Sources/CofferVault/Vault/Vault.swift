// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

package import CofferCredentials
import CofferCrypto
package import Foundation
import Synchronization

/// An unlocked vault: a store, and the keys that one identity holds for it.
///
/// Everything that leaves through here has been verified, and every operation that shows or changes a
/// value writes its audit event first or in the same transaction.
package final class Vault: Sendable {
    let store: any VaultStore
    /// What tells of the store's changes: asked at every hand-out, and so not looked up each time.
    let change: (any ChangeCounter)?
    let identity: Identity
    let now: @Sendable () -> Date
    /// What was seen of the vault before; nil where no record is kept.
    let seen: SeenMemory?
    /// What makes this a bundle: only readable, and only for a time; nil for a vault.
    package let bundle: BundleEnvelope?
    /// How far the chains of events were followed.
    let followed = FollowedChains()
    private let current: Mutex<VaultState>

    /// What this identity knows of the membership now.
    var state: VaultState { current.withLock { $0 } }
    /// The pin, moved forward to the manifest in force.
    package var pin: Pin { state.pin }
    /// The vault's id.
    package var id: VaultID { pin.vaultID }

    /// Creates a vault in an empty store and gives the pin that its owner's identity must carry.
    package static func create(
        in store: any VaultStore, owner: Identity, now: @Sendable () -> Date
    ) async throws -> Pin {
        let prepared = try PreparedVault(owner: owner, now: now)
        try await prepared.put(in: store)
        return prepared.pin
    }

    /// Unlocks the vault in a store with an identity.
    ///
    /// - Parameters:
    ///   - store: Where the vault lies.
    ///   - text: The identity.
    ///   - pin: A manifest to trust besides the one in the identity; the chain must lead through both.
    ///   - place: Where what was seen is recorded; nil for no record.
    ///   - comparing: Whether a store that is older than the record is refused; not where just that is to be looked into.
    ///   - now: The clock.
    /// - Returns: the vault.
    /// - Throws: ``VaultError/Code/wrongIdentity`` if it belongs to another vault or is no member,
    ///   ``VaultError/damaged`` if the chain of manifests does not lead from the pin to the newest,
    ///   ``VaultError/Code/notPermitted`` if nothing can be written and the owners allow no reading without a record.
    package static func unlock(
        _ store: any VaultStore, with text: IdentityText, trusting pin: Pin? = nil,
        remembering place: SeenPlace? = nil, comparing: Bool = true, now: @escaping @Sendable () -> Date
    ) async throws -> Vault {
        let trust = TrustedPins.Joined(own: text.pin, given: pin)
        let beginning = try await store.readAtOnce { reader in try StoreBeginning(reader, trust) }
        if let envelope = beginning.envelope {
            return try openBundle(envelope, beginning.chain, in: store, with: text, trusting: pin, now: now)
        }
        let pins = try trust.get()
        let state = try VaultState(identity: text.identity, trusted: try pins.follow(beginning.chain))
        if store.isReadOnly { try state.requireUnauditedReading() }
        let vault = Vault(
            store: store, state: state,
            seen: place.map { SeenMemory($0, of: pins.older.vaultID, by: text.identity) }, now: now)
        if comparing { try await vault.compareWithSeen() }
        return vault
    }

    init(
        store: any VaultStore, state: VaultState, bundle: BundleEnvelope? = nil, seen: SeenMemory? = nil,
        now: @escaping @Sendable () -> Date
    ) {
        self.bundle = bundle
        self.store = store
        change = store.change
        identity = state.identity
        self.now = now
        self.seen = seen
        current = Mutex(state)
    }

    /// Goes on with a newer state; an older one is left aside.
    func take(_ state: VaultState) {
        current.withLock { if state.pin.epoch > $0.pin.epoch { $0 = state } }
    }

    /// Whether there is a space in which this identity is more than a reader.
    package var writesAnything: Bool { state.highestRole > .reader }

    /// The role in the space of a path.
    package func role(for path: CredentialPath) throws(VaultError) -> Role {
        try state.space(of: path).role
    }
}

extension Vault {
    /// The fingerprint of the identity that unlocked the vault.
    package var ownFingerprint: String { identity.publicIdentity.fingerprint }

    /// The name that the manifest gives to the identity that unlocked the vault.
    package var ownName: String {
        state.manifest.members.first { $0.identity == identity.publicIdentity }?.name ?? ownFingerprint
    }
}

extension Vault {
    /// The spaces that this identity may open, by name, with its role in each.
    package var roles: [(space: String, role: Role)] {
        state.spaces.values.map { ($0.name, $0.role) }.sorted { $0.0 < $1.0 }
    }
}
