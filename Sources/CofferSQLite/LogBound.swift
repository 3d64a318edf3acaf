// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

import CofferVault
import GRDB
import Synchronization

#if canImport(Darwin)
import Darwin
#else
import Glibc
#endif

/// Keeps the log short where no process lives long.
///
/// SQLite begins the log anew once all of it has been moved into the file, and remembers how far that went in `FILE-shm`.
/// With the last connection that memory ends. So commands that each commit once and go would let the log grow for ever,
/// and the next one to open the vault reads all of it. Whoever finds a long log therefore cuts it after his commit.
final class LogBound: Sendable {
    /// From when on a log is long, in bytes: reading one of this size takes about a millisecond.
    static let byteCount = 1 << 20

    private let isDue: Atomic<Bool>
    private let patience: LockPatience

    init(path: String, patience: LockPatience) {
        self.patience = patience
        var status = stat()
        isDue = Atomic(stat(path + "-wal", &status) == 0 && status.st_size >= Self.byteCount)
    }

    /// Called after a commit, outside of any transaction.
    ///
    /// It waits for nobody: whoever reads just now keeps the log as it is, and the next commit tries again. Nor does it
    /// fail: the commit stands.
    func keep(_ database: Database) {
        guard isDue.load(ordering: .relaxed) else { return }
        patience.off {
            if (try? database.checkpoint(.truncate)) != nil { isDue.store(false, ordering: .relaxed) }
        }
    }
}
