// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

/// What a client trusts when it opens a vault: the pin in its identity, a pin it was given besides, or both.
///
/// Both must stand on one chain. The newer one decides: an owner who was removed between the two can sign a chain of
/// his own from the older, and not through the newer.
package struct TrustedPins: Sendable {
    /// What joining gave: the failure counts only where the store turns out to need a pin.
    typealias Joined = Result<TrustedPins, VaultError>

    /// Where the chain is followed from.
    package let older: Pin
    /// What the chain must go through; the same as the older if there is one alone.
    package let newer: Pin

    /// Joins an identity's pin and one that was given besides.
    ///
    /// - Throws: ``VaultError/Code/notAccepted`` if there is none, ``VaultError/Code/wrongIdentity`` if they name two vaults,
    ///   ``VaultError/Code/damaged`` if they name two manifests of one epoch.
    package init(own: Pin?, given: Pin?) throws(VaultError) {
        guard let one = own ?? given else {
            throw VaultError(.notAccepted, "this identity has not been accepted into a vault yet")
        }
        let other = given ?? one
        guard one.vaultID == other.vaultID else {
            throw VaultError(.wrongIdentity, "the pin that was given belongs to another vault than the identity")
        }
        guard one.epoch != other.epoch || one == other else { throw Self.fork }
        (older, newer) = one.epoch <= other.epoch ? (one, other) : (other, one)
    }

    /// Follows the stored manifests to the newest.
    ///
    /// - Parameter chain: The stored manifests from the older pin's epoch on, in order.
    /// - Returns: the newest.
    /// - Throws: ``VaultError/damaged`` if it does not lead from the older pin through the newer one.
    package func follow(_ chain: [SignedManifest]) throws(VaultError) -> TrustedManifest {
        let trusted = try TrustedManifest(following: chain, from: older)
        guard older != newer else { return trusted }
        guard trusted.pin.epoch >= newer.epoch else {
            throw VaultError(
                .damaged, "the vault is older than the pin that was given: an earlier file was put in its place")
        }
        // Each link counts one further, so that the place in the chain is the difference of the epochs.
        guard chain[Int(newer.epoch - older.epoch)].hash == newer.manifestHash else { throw Self.fork }
        return trusted
    }

    private static let fork = VaultError(
        .damaged, "the vault's membership and the pin part ways: somebody, perhaps a removed owner, has forked it")
}

extension TrustedPins.Joined {
    /// Joins an identity's pin and one that was given besides, for later.
    init(own: Pin?, given: Pin?) {
        self = Result { () throws(VaultError) in try TrustedPins(own: own, given: given) }
    }
}
