// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

import CPlatform
import CofferVault
import Synchronization

/// A held lock; it is given back by its name, and its descriptor closed.
///
/// Closing alone is not enough: between fork(2) and execve(2) a child that another thread starts has a copy of the descriptor,
/// and the lock belongs to what both stand for.
final class EntryLock: StoreLock {
    private let number: Int32
    private let isHeld = Mutex(true)
    private let file: Mutex<FileDescriptor?>

    init(_ file: consuming FileDescriptor) {
        number = file.number
        self.file = Mutex(file)
    }

    deinit { release() }

    func release() {
        file.withLock { file in
            // Only before it is closed: later its number may be another's.
            isHeld.withLock { isHeld in
                if isHeld { _ = coffer_unlock(number) }
                isHeld = false
            }
            file = nil
        }
    }
}
