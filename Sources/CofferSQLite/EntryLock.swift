// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

import CofferVault
import Synchronization

/// A held lock; closing its descriptor gives it back.
final class EntryLock: StoreLock {
    private let file: Mutex<FileDescriptor?>

    init(_ file: consuming FileDescriptor) {
        self.file = Mutex(file)
    }

    func release() {
        file.withLock { $0 = nil }
    }
}
