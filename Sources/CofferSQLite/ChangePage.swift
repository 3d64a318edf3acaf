// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

import CPlatform
import CofferVault
import Synchronization

/// The file `FILE-change`, mapped into this process.
///
/// ```
/// offset 0   u64, in the machine's byte order: the state, a sequence lock
/// offset 8   u64: wishes left
/// offset 16  zeros up to 4096
/// ```
///
/// Somebody may take the file away or put another in its place; then what this process has mapped tells it nothing any
/// more. So the name is looked at once a second, and a page that has lost it answers "odd" from then on: that second is
/// the bound within which such a person can keep an old state in force.
final class ChangePage: ChangeCounter {
    private enum Place {
        static let state = 0
        static let wishes = 1
    }

    /// The size of the file, in bytes.
    private static let byteCount = 4096

    private let cells: MappedCells
    private let seconds: @Sendable () -> Int64
    private let checked: Atomic<Int64>
    private let isLost = Atomic(false)

    /// Opens the file, makes it if it is missing, and fills it up if it is short.
    ///
    /// - Parameters:
    ///   - path: The file.
    ///   - seconds: A clock that costs next to nothing.
    /// - Throws: ``VaultError`` if there is a file that can't be used, or none can be made.
    init(_ path: String, seconds: @escaping @Sendable () -> Int64 = { coffer_coarse_seconds() }) throws(VaultError) {
        cells = try MappedCells(path, byteCount: Self.byteCount)
        self.seconds = seconds
        checked = Atomic(seconds())
    }

    // MARK: - Reading

    func value() -> UInt64 {
        let now = seconds()
        if checked.load(ordering: .relaxed) != now {
            checked.store(now, ordering: .relaxed)
            if !isInPlace() { isLost.store(true, ordering: .relaxed) }
        }
        // Once lost, always lost: another process may have missed changes that this page never heard of.
        if isLost.load(ordering: .relaxed) { return .max }
        return cells.load(Place.state)
    }

    func wishes() -> UInt64 { cells.load(Place.wishes) }

    /// Whether the name still leads to what is mapped here, in its full length.
    func isInPlace() -> Bool { cells.isInPlace() }

    // MARK: - Writing

    /// Makes the state odd; called with the store's write lock held, before the commit.
    ///
    /// - Returns: the odd number, for ``end(_:)``.
    func begin() -> UInt64 {
        while true {
            let now = cells.load(Place.state)
            // The next odd number, also after one that a killed writer left.
            let next = (now | 1) &+ (now & 1) &* 2
            if cells.exchange(Place.state, now, next) { return next }
        }
    }

    /// Makes the state even after the commit or its failure, unless the next writer has begun meanwhile.
    func end(_ odd: UInt64) {
        _ = cells.exchange(Place.state, odd, odd &+ 1)
    }

    /// Makes a state even that a killed writer left odd; called with the store's write lock held.
    func settle() {
        let now = cells.load(Place.state)
        if now & 1 == 1 { end(now) }
    }

    /// Tells of a change that is committed already.
    func tellOfChange() { cells.add(Place.state, 2) }

    /// Tells of a wish.
    func tellOfWish() { cells.add(Place.wishes, 1) }
}
