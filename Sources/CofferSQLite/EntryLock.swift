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
    private let file: Mutex<FileDescriptor?>

    init(_ file: consuming FileDescriptor) {
        self.file = Mutex(file)
    }

    deinit { release() }

    func release() {
        file.withLock { file in
            if let number = file?.number { _ = coffer_unlock(number) }
            file = nil
        }
    }
}
