// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

import CPlatform
import CofferVault

#if canImport(Darwin)
import Darwin
#else
import Glibc
#endif

/// How the file of a vault can be opened where it lies.
enum FileAccess {
    /// Read and written.
    case writable
    /// Only read, beside a log that others may write.
    case readOnly
    /// Only read, and taken for unchanging: there is no log, and none can be made.
    case unchanging

    /// - Throws: ``VaultError/Code/unreadable`` if there is a log that can't be read without writing.
    static func judge(_ path: String) throws(VaultError) -> FileAccess {
        // SQLite makes its log beside the file, so that both must allow it.
        for place in [path, FilePathText.folder(of: path)] {
            switch coffer_may_write(place) {
            case 0: continue
            case EACCES, EPERM, EROFS: return try judgeUnwritable(path)
            case let failure: throw SystemFailure.error(failure, "open", path)
            }
        }
        return .writable
    }

    private static func judgeUnwritable(_ path: String) throws(VaultError) -> FileAccess {
        var status = stat()
        guard stat(path + "-wal", &status) == 0, status.st_size > 0 else { return .unchanging }
        // A log without its index: SQLite would have to make one. To pass over it would show an older state.
        guard AtomicFile.exists(path + "-shm") else {
            throw VaultError(
                .unreadable,
                "the vault \(path) has an unfinished log and lies where nothing can be written; copy its files elsewhere"
            )
        }
        return .readOnly
    }
}
