// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

import CofferVault
import GRDB

extension SQLiteStore {
    /// Moves the log into the file and cuts it to nothing.
    ///
    /// What rows held before is overwritten with zeros (`secure_delete`). What a disk keeps of freed blocks is beyond it.
    package func truncateLog() async throws {
        guard !isReadOnly else { throw VaultError(.unreadable, "the vault \(path) lies where nothing can be written") }
        try await withCheckedThrowingContinuation { (continuation: CheckedContinuation<Void, any Error>) in
            queue.asyncWriteWithoutTransaction { [path] database in
                continuation.resume(
                    with: Swift.Result { try Failure.translated(path) { _ = try database.checkpoint(.truncate) } })
            }
        }
    }

    package func integrity() async throws -> [String] {
        try await withCheckedThrowingContinuation { continuation in
            queue.asyncRead { [path] database in
                continuation.resume(
                    with: Swift.Result { try Failure.translated(path) { try FileCheck.problems(database.get()) } })
            }
        }
    }

    // MARK: - For tests

    /// Limits the file's size in pages, so that tests meet a full disk without filling one.
    package func limitSize(toPages count: Int) throws {
        try Failure.translated(path) {
            try queue.writeWithoutTransaction { try $0.execute(sql: "PRAGMA max_page_count = \(count)") }
        }
    }

    /// How many pages the file has now.
    package func pageCount() throws -> Int {
        try Failure.translated(path) {
            try queue.read { try Int.fetchOne($0, sql: "PRAGMA page_count") ?? 0 }
        }
    }
}
