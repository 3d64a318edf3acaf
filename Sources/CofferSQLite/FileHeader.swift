// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

import CofferVault

#if canImport(Darwin)
import Darwin
#else
import Glibc
#endif

/// Judges a file by the first 100 bytes, before SQLite is let at it.
///
/// See https://sqlite.org/fileformat.html#the_database_header: the user version stands at offset 60, the
/// application id at 68.
enum FileHeader {
    private static let byteCount = 100

    static func check(_ path: String) throws(VaultError) {
        let bytes = try read(path)
        guard bytes.count == byteCount, bytes.starts(with: "SQLite format 3\0".utf8),
            integer(bytes, at: 68) == SQLiteStore.applicationID
        else {
            throw VaultError(.foreign, "\(path) is not a Coffer vault")
        }
        let version = integer(bytes, at: 60)
        guard version <= SQLiteStore.formatVersion else {
            throw VaultError(
                .newerFormat,
                "the vault \(path) has format \(version) and this program knows \(SQLiteStore.formatVersion); update Coffer")
        }
        guard version == SQLiteStore.formatVersion else { throw .damaged }
    }

    private static func read(_ path: String) throws(VaultError) -> [UInt8] {
        let file: FileDescriptor
        do {
            file = try FileDescriptor(opening: path, O_RDONLY | O_NONBLOCK)
        } catch where error.code == .missing {
            throw VaultError(.missing, "there is no vault at \(path); make one with: coffer init")
        }
        var status = stat()
        guard fstat(file.number, &status) == 0, status.st_mode & S_IFMT == S_IFREG else {
            throw VaultError(.foreign, "\(path) is not a file")
        }
        var bytes = [UInt8](repeating: 0, count: byteCount)
        let count = pread(file.number, &bytes, byteCount, 0)
        guard count >= 0 else { throw SystemFailure.error(errno, "read", path) }
        return Array(bytes.prefix(count))
    }

    private static func integer(_ bytes: [UInt8], at offset: Int) -> Int {
        bytes[offset..<offset + 4].reduce(0) { $0 << 8 | Int($1) }
    }
}
