// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

package import CofferVault
import GRDB

#if canImport(Darwin)
import Darwin
#else
import Glibc
#endif

extension SQLiteStore {
    /// How much is copied between two words about it, in pages: a megabyte.
    private static let pagesPerStep: Int32 = 256

    package func copy(
        to target: String, progress: @escaping @Sendable (StoreCopyProgress) throws -> Void
    ) async throws {
        guard !AtomicFile.exists(target) else { throw VaultError(.exists, "there is a file \(target) already") }
        // A connection of its own: this store goes on working meanwhile.
        let path = path
        let access = isReadOnly ? try FileAccess.judge(path) : .writable
        let source = try Self.connect(
            path, access, Self.configuration(access, LockPatience(seconds: 5)) { try FileHeader.check($0, path) })
        let temporary = "\(target).\(EntryID.random()).tmp"
        do {
            try await withCheckedThrowingContinuation { (continuation: CheckedContinuation<Void, any Error>) in
                source.asyncRead { database in
                    continuation.resume(
                        with: Swift.Result {
                            try Failure.translated(path) { try Self.fill(temporary, from: database.get(), progress) }
                        })
                }
            }
            try Self.judge(temporary)
            try AtomicFile.put(temporary, at: target, replacing: false)
        } catch {
            for suffix in [""] + FilesBeside.logs { unlink(temporary + suffix) }
            throw error
        }
    }

    private static func fill(
        _ target: String, from source: Database, _ progress: @escaping (StoreCopyProgress) throws -> Void
    ) throws {
        try makeCopyFile(target)
        // The first read fixes the state that is copied: a transaction that has read nothing has none yet, and SQLite
        // would begin anew at every commit of another process (https://sqlite.org/c3ref/backup_finish.html).
        _ = try Int.fetchOne(source, sql: "SELECT count(*) FROM sqlite_schema")
        var configuration = Configuration()
        configuration.label = "coffer.copy"
        configuration.prepareDatabase { database in
            // Until it is whole it has no name, so that it needs no journal; it is synced at the end, once.
            try database.execute(sql: "PRAGMA journal_mode = OFF")
            try database.execute(sql: "PRAGMA synchronous = OFF")
        }
        let copy = try DatabaseQueue(path: target, configuration: configuration)
        try copy.writeWithoutTransaction { database in
            var stop: (any Error)?
            try source.backup(to: database, pagesPerStep: pagesPerStep) { step in
                do {
                    try progress(
                        StoreCopyProgress(pagesDone: step.completedPageCount, pageCount: step.totalPageCount))
                } catch {
                    // At the last step it is too late for GRDB to stop; a small store has no other.
                    stop = error
                    throw error
                }
            }
            if let stop { throw stop }
        }
        try copy.close()
    }

    private static func makeCopyFile(_ path: String) throws(VaultError) {
        let file = try FileDescriptor(opening: path, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW)
        try file.makePrivate(path)
    }

    /// Looks at a finished copy, and has it written to the disk.
    private static func judge(_ path: String) throws(VaultError) {
        let file = try FileDescriptor(opening: path, O_RDWR | O_NOFOLLOW)
        var header = [UInt8](repeating: 0, count: 100)
        let count = header.withUnsafeMutableBytes { pread(file.number, $0.baseAddress, $0.count, 0) }
        var status = stat()
        guard count == header.count, fstat(file.number, &status) == 0 else {
            throw VaultError(.unreadable, "the copy of the vault could not be read back")
        }
        func integer(_ offset: Int, _ width: Int) -> Int {
            header[offset..<offset + width].reduce(0) { $0 << 8 | Int($1) }
        }
        // https://sqlite.org/fileformat.html#the_database_header
        guard header.starts(with: Array("SQLite format 3\0".utf8)), integer(68, 4) == applicationID,
            integer(60, 4) == formatVersion,
            (integer(16, 2) == 1 ? 65536 : integer(16, 2)) * integer(28, 4) == Int(status.st_size)
        else { throw VaultError(.unreadable, "the copy of the vault is not what was written") }
        try file.sync(path)
    }
}
