// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

extension Manifest {
    /// Whether this manifest, following another, says of the past what that one says.
    ///
    /// Whoever departed stays departed, so that its keys don't come back, and with the same bound: an owner who raised it
    /// would let a removed member write again, and one who lowered it would drop the end of another's record. Only a
    /// restoration, which begins with its own manifest and is seen by everybody, lowers bounds: to what the copy has.
    func keepsPast(of other: Manifest) -> Bool {
        let isRestoring = restoration != other.restoration
        guard !isRestoring || restoration?.epoch == epoch else { return false }
        let known = Dictionary(departed.map { ($0.identity, $0) }) { first, _ in first }
        return other.departed.allSatisfy { old in
            guard let new = known[old.identity] else { return false }
            if new == old { return true }
            guard isRestoring, new.lastSequence < old.lastSequence else { return false }
            var lowered = old
            lowered.lastSequence = new.lastSequence
            lowered.lastHash = new.lastHash
            return new == lowered
        }
    }
}
