// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

#if canImport(Darwin)
import Darwin
#else
import Glibc
#endif

/// A lock file: flock(2), between processes and between descriptors of one; it ends with its holder.
struct SeenLock: ~Copyable {
    /// How often a lock that somebody else holds is asked for, a millisecond apart: an update takes less than one, and a
    /// synced one some of them.
    private static let attempts = 400

    private let file: FileDescriptor

    /// Takes the lock, and makes its file.
    ///
    /// - Throws: ``VaultError/Code/busy`` if somebody holds it longer than anybody should; ``VaultError`` of the file system.
    init(_ path: String) throws(VaultError) {
        file = try Self.taken(FileDescriptor(opening: path, O_RDWR | O_CREAT | O_NOFOLLOW), path)
    }

    private static func taken(_ file: consuming FileDescriptor, _ path: String) throws(VaultError) -> FileDescriptor {
        for _ in 0..<attempts {
            if flock(file.number, LOCK_EX | LOCK_NB) == 0 { return file }
            usleep(1000)
        }
        throw VaultError(.busy, "another process holds \(path)")
    }
}
