// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

import CofferCrypto

/// Tells, of what events say was written, what their signers may write.
///
/// A reader signs events, too, and can bind any entry in them, keep any fingerprint and claim any time.
struct WriteEntitlement: Sendable {
    /// Every space that has or had a name.
    private let spaces: [Substring: Set<SpaceID>]

    init(_ history: MembershipHistory) {
        var spaces: [Substring: Set<SpaceID>] = [:]
        for stay in history.stays { spaces[stay.spaceName[...], default: []].insert(stay.spaceID) }
        self.spaces = spaces
    }

    /// What of an event counts; nothing if its body names no paths.
    func writes(of listing: AuditListing, _ reader: any StoreReading) throws -> [ListedWrite] {
        // The paths stand in the order of the bindings.
        guard listing.signer.isWitness, let event = listing.event, let paths = listing.record?.paths,
            paths.count == event.bindings.count
        else { return [] }
        return try zip(event.bindings, paths).compactMap { binding, path in
            let named = spaces[path.prefix { $0 != "/" }] ?? []
            guard try mayWrite(listing.signer, binding.entryID, named, reader) else { return nil }
            let kept = event.fingerprints.filter {
                $0.entryID == binding.entryID && !$0.isSpent && named.contains($0.spaceID)
                    && listing.signer.mayWrite(in: $0.spaceID)
            }
            return ListedWrite(
                entryID: binding.entryID, path: path, isRemoval: binding.rowHash == .zero, kept: kept)
        }
    }

    private func mayWrite(
        _ signer: ChainSigner, _ id: EntryID, _ named: Set<SpaceID>, _ reader: any StoreReading
    ) throws -> Bool {
        guard !named.allSatisfy(signer.mayWrite(in:)) else { return !named.isEmpty }
        // A name that was given to a second space: the row tells which of them it is.
        guard named.count > 1, let row = try? reader.row(id: id) else { return named.contains(where: signer.mayWrite) }
        return named.contains(row.spaceID) && signer.mayWrite(in: row.spaceID)
    }
}
