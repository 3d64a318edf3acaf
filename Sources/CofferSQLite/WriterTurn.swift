// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

import CPlatform
import CofferVault

#if canImport(Darwin)
import Darwin
#else
import Glibc
#endif

/// Whose turn it is to write next: a byte of the lock file, held from when a writer begins to wait for SQLite's write lock until
/// it has that.
///
/// SQLite knows no order among those who wait: who has just committed may begin again at once, while the others sleep. Of two
/// processes of which one writes all the time the other hardly ever got in between. With the turn whoever writes again comes behind who
/// waits already. It is a courtesy, and no lock that anything depends on: where it can't be had SQLite decides alone.
struct WriterTurn {
    /// Behind the byte of ``PresenceLock``.
    private static let place = (Int64(1) << 62) + 1

    /// `FILE-lock`.
    let path: String

    /// Takes the turn if nobody has it.
    func tryTake() throws(VaultError) -> EntryLock? {
        let file = try FileDescriptor(opening: path, O_RDWR | O_NOFOLLOW)
        return coffer_try_lock_byte(file.number, Self.place, 1) == 0 ? EntryLock(file) : nil
    }

    /// Waits for the turn, as long as there is patience.
    ///
    /// - Returns: the turn, to be given back once the write lock is there; nil if it can't be had.
    func take(_ patience: LockPatience) -> EntryLock? {
        var tries = 0
        while true {
            do throws(VaultError) {
                if let turn = try tryTake() { return turn }
            } catch {
                return nil
            }
            guard patience.waits(tries, atMostMicroseconds: LockPatience.longestForTurn) else { return nil }
            tries += 1
        }
    }
}
