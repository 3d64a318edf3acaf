// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

import CofferCrypto

/// The part of stored manifests that owners signed: as far as it can be followed, both ways, from one that is trusted.
///
/// What is around it, broken or somebody else's, is left aside: a vault is restored just because of such things.
struct SoundManifests: Sendable {
    /// The stored forms, without a gap.
    let stored: ArraySlice<[UInt8]>
    /// The epoch of the first.
    let first: UInt64
    /// The epoch of the last.
    var last: UInt64 { first + UInt64(stored.count) - 1 }
    /// The vault that they are of.
    let vaultID: VaultID
    private let links: ArraySlice<SignedManifest>

    /// Finds it; nil if the trusted one is not there.
    ///
    /// - Parameters:
    ///   - all: Manifests as they are stored, in the order of the epochs that the store gives them.
    ///   - pin: The trusted one.
    init?(in all: [[UInt8]], around pin: Pin) {
        let decoded = all.map { try? SignedManifest(decoding: $0) }
        guard let place = decoded.firstIndex(where: { $0?.hash == pin.manifestHash }), var newest = decoded[place],
            var oldest = try? newest.claimedManifest, oldest.epoch == pin.epoch, oldest.vaultID == pin.vaultID
        else { return nil }
        var (from, through) = (place, place)
        // Backward each names the one before by its hash.
        while from > 0, let earlier = decoded[from - 1], earlier.hash == oldest.previous,
            let manifest = try? earlier.claimedManifest, manifest.epoch + 1 == oldest.epoch
        {
            oldest = manifest
            from -= 1
        }
        // Forward an owner of the one before signed each.
        var trusted = pin
        while through + 1 < decoded.count, let later = decoded[through + 1],
            let next = try? TrustedManifest(following: [newest, later], from: trusted)
        {
            trusted = next.pin
            newest = later
            through += 1
        }
        stored = all[from...through]
        links = decoded[from...through].compactMap(\.self)[...]
        first = oldest.epoch
        vaultID = pin.vaultID
    }

    /// What can be added to other manifests of the vault.
    ///
    /// - Parameter own: The others, all of them, from the first.
    /// - Returns: the stored forms of those that follow; none if these go no further.
    /// - Throws: ``VaultError/Code/damaged`` if the two part ways.
    func continuing(_ own: [[UInt8]]) throws(VaultError) -> [[UInt8]] {
        let parting = VaultError(
            .damaged,
            "the backup and the vault part ways in who belongs to them: one of them is another vault, or forked")
        for (epoch, bytes) in zip(UInt64(1)..., own) where (first...last).contains(epoch) {
            guard try SignedManifest(decoding: bytes).hash == links[links.startIndex + Int(epoch - first)].hash else {
                throw parting
            }
        }
        let next = UInt64(own.count) + 1
        guard last >= next, first <= next else { return [] }
        if first == next, let end = own.last, let beginning = links.first {
            guard try beginning.claimedManifest.previous == SignedManifest(decoding: end).hash else { throw parting }
        }
        return Array(stored.dropFirst(Int(next - first)))
    }
}
