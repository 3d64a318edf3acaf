// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

import CofferCrypto
import CofferVault
import GRDB

/// Turns errors of SQLite into ours; no SQL and no argument passes.
enum Failure {
    static func translated<Result>(_ path: String, _ body: () throws -> Result) throws -> Result {
        do {
            return try body()
        } catch let error as DatabaseError {
            throw vaultError(error, path)
        } catch is CryptoError {
            // A key, hash or signature of the wrong size in a column.
            throw VaultError.damaged
        }
    }

    /// The error for a result code of SQLite; see https://sqlite.org/rescode.html for what each means.
    static func vaultError(_ error: DatabaseError, _ path: String) -> VaultError {
        switch error.resultCode {
        case .SQLITE_BUSY, .SQLITE_LOCKED:
            VaultError(.busy, "another process is using the vault \(path); try again")
        case .SQLITE_FULL:
            VaultError(.diskFull, "there is no room on the disk to write the vault \(path)")
        case .SQLITE_IOERR where isOutOfRoom(error.extendedResultCode):
            VaultError(.diskFull, "the disk takes no more of the vault \(path): it is full, or a limit is reached")
        case .SQLITE_CORRUPT:
            VaultError(.damaged, "the vault \(path) is damaged; restore a backup")
        case .SQLITE_NOTADB:
            VaultError(.foreign, "\(path) is not a Coffer vault")
        case .SQLITE_CANTOPEN:
            VaultError(.unreadable, "the vault \(path) can't be opened")
        case .SQLITE_READONLY, .SQLITE_PERM, .SQLITE_AUTH:
            VaultError(.unreadable, "the vault \(path) can't be written")
        case .SQLITE_ERROR:
            // A table or column that is missing: the file says it is ours, and it is not whole.
            VaultError(.damaged, "the vault \(path) is damaged; restore a backup")
        default:
            VaultError(.unreadable, "the vault \(path) can't be read or written (SQLite \(error.extendedResultCode))")
        }
    }

    /// Whether a failed write means that there was no room.
    ///
    /// SQLite says FULL for ENOSPC in the file and its log alone. A quota (EDQUOT), a limit on the size of files (EFBIG) and
    /// no room for the log's index, which is made when the vault is opened, come as failed writes.
    private static func isOutOfRoom(_ code: ResultCode) -> Bool {
        [.SQLITE_IOERR_WRITE, .SQLITE_IOERR_SHMSIZE, .SQLITE_IOERR_SHMOPEN].contains(code)
    }
}
