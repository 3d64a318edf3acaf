// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

import CofferVault
import GRDB

#if canImport(Darwin)
import Darwin
#else
import Glibc
#endif

extension SQLiteStore {
    /// Opens a vault's file; only for reading where nothing can be written.
    ///
    /// - Parameters:
    ///   - path: The file.
    ///   - busyWait: How long to wait for another process that writes, in seconds.
    ///   - claim: What keeps everybody else out, if this process has taken it.
    /// - Returns: The store.
    /// - Throws: ``VaultError/Code/missing``, ``VaultError/Code/foreign``, ``VaultError/Code/newerFormat``,
    ///   ``VaultError/Code/unsuitable``, ``VaultError/Code/damaged`` beside a rollback journal, ``VaultError/Code/busy`` while
    ///   the file is being replaced.
    package static func open(_ path: String, busyWait: Double = 5, under claim: StoreClaim? = nil) throws -> SQLiteStore
    {
        let path = try FileHeader.resolve(path)
        try FileSystemKind.check(path)
        try FileHeader.refuseJournal(path)
        let access = try FileAccess.judge(path)
        let lock = PresenceLock(path: path + "-lock")
        let isOurs = claim?.path == path
        let patience = LockPatience(seconds: busyWait)
        var presence = isOurs ? nil : try lock.join(making: false)
        let before = FileIdentity(path)
        let queue = try connect(
            path, access, configuration(access, patience) { try FileHeader.check($0, path) })
        // Only what is a vault gets files beside it. Meanwhile somebody may have replaced the file unseen.
        if presence == nil, !isOurs, access == .writable {
            presence = try lock.join(making: true)
            guard FileIdentity(path) == before else {
                throw VaultError(.busy, "the vault \(path) was replaced just now; try again")
            }
        }
        return try SQLiteStore(
            path: path, queue: queue, presence: presence, isReadOnly: access != .writable, patience: patience)
    }

    /// Keeps everybody else out, so that the vault's file can be replaced; it need not exist.
    ///
    /// - Throws: ``VaultError/Code/busy`` if another process, or another handle of this one, has the vault open.
    package static func claim(_ path: String) throws -> StoreClaim {
        if AtomicFile.exists(path) { return try StoreClaim(path: FileHeader.resolve(path)) }
        let folder = FilePathText.folder(of: path)
        guard let resolved = realpath(folder, nil) else { throw SystemFailure.error(errno, "open", folder) }
        defer { free(resolved) }
        try FileSystemKind.check(folder)
        return try StoreClaim(path: "\(String(cString: resolved))/\(FilePathText.name(of: path))")
    }

    /// Makes an empty store; the file must not exist.
    package static func create(_ path: String) throws -> SQLiteStore {
        try FileSystemKind.check(FilePathText.folder(of: path))
        try makeFile(path)
        let path = try FileHeader.resolve(path)
        let presence = try PresenceLock(path: path + "-lock").join(making: true)
        let patience = LockPatience(seconds: 5)
        let queue = try connect(path, .writable, configuration(.writable, patience) { _ in })
        try Failure.translated(path) {
            try queue.write { database in
                try database.execute(sql: "PRAGMA application_id = \(applicationID)")
                try database.execute(sql: "PRAGMA user_version = \(formatVersion)")
                try Schema.create(database)
            }
            // The header's id and format stand in the main file from the beginning, not only in its log.
            try queue.writeWithoutTransaction { _ = try $0.checkpoint(.truncate) }
        }
        return try SQLiteStore(
            path: path, queue: queue, presence: presence, isReadOnly: false, patience: patience)
    }

    /// Makes the empty file; SQLite gives its mode to the files beside it (`-wal`, `-shm`).
    ///
    /// A function of its own, so that the descriptor is closed before SQLite opens the file: see ``FileHeader``.
    private static func makeFile(_ path: String) throws(VaultError) {
        let file = try FileDescriptor(opening: path, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW)
        try file.makePrivate(path)
    }

    /// Moves everything into the main file and closes, so that the file can be renamed.
    ///
    /// For a store that was just made and that nobody else knows: the files beside it go.
    package func seal() throws {
        try Failure.translated(path) {
            try queue.writeWithoutTransaction { database in
                _ = try database.checkpoint(.truncate)
                try database.setCheckpointOnClose(true)
            }
            try queue.close()
        }
        for suffix in ["-change", "-lock", "-pace"] { unlink(path + suffix) }
    }

    // MARK: - Connections

    static func connect(_ path: String, _ access: FileAccess, _ configuration: Configuration) throws -> DatabaseQueue {
        try Failure.translated(path) {
            guard access == .unchanging else { return try DatabaseQueue(path: path, configuration: configuration) }
            // https://sqlite.org/uri.html: the characters that would end the path. Without `immutable` a database of
            // this journal mode can't be opened where its log can't be made.
            let name = path.utf8.map { byte in
                switch byte {
                case UInt8(ascii: "%"), UInt8(ascii: "?"), UInt8(ascii: "#"): "%" + String(byte, radix: 16)
                default: String(decoding: [byte], as: UTF8.self)
                }
            }
            return try DatabaseQueue(path: "file:\(name.joined())?immutable=1", configuration: configuration)
        }
    }

    static func configuration(
        _ access: FileAccess, _ patience: LockPatience, check: @escaping @Sendable (Database) throws -> Void
    ) -> Configuration {
        var configuration = Configuration()
        configuration.readonly = access != .writable
        configuration.busyMode = .callback { patience.waits($0) }
        configuration.label = "coffer.vault"
        // SQL arguments hold boxes, never plain secrets; still no error shows them.
        configuration.publicStatementArguments = false
        // There are none.
        configuration.foreignKeysEnabled = false
        configuration.prepareDatabase { database in
            try check(database)
            try database.distrustSchema()
            try database.run("PRAGMA cell_size_check = ON")
            if access == .writable { try prepareForWriting(database) }
        }
        return configuration
    }

    private static func prepareForWriting(_ database: Database) throws {
        // https://sqlite.org/wal.html, https://sqlite.org/pragma.html#pragma_secure_delete
        // The answer is the mode in force: where a log can't be kept, our durability does not hold.
        guard try database.keepsLog() else {
            throw VaultError(
                .unsuitable, "the vault lies where no write-ahead log can be kept; move it to a local disk")
        }
        try database.run("PRAGMA synchronous = FULL; PRAGMA secure_delete = ON")
        // A command that hands out one token would pay two more syncs at its end; ``LogBound`` keeps the log short.
        try database.setCheckpointOnClose(false)
    }
}
