// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

#if canImport(Darwin)
import Darwin
#else
import Glibc
#endif

/// A lock file: flock(2), between processes and between descriptors of one; it ends with its holder.
package struct FileLock: ~Copyable {
    private let file: FileDescriptor

    /// Takes the lock, and makes its file.
    ///
    /// - Parameters:
    ///   - path: The lock's own file, in a folder that is there.
    ///   - attempts: How often a lock that somebody else holds is asked for, a millisecond apart: an update takes less than one,
    ///     and a synced one some of them.
    /// - Throws: ``VaultError/Code/busy`` if somebody holds it longer than anybody should; ``VaultError`` of the file system.
    package init(_ path: String, attempts: Int = 400) throws(VaultError) {
        file = try Self.taken(FileDescriptor(opening: path, O_RDWR | O_CREAT | O_NOFOLLOW), path, attempts)
    }

    private static func taken(
        _ file: consuming FileDescriptor, _ path: String, _ attempts: Int
    ) throws(VaultError) -> FileDescriptor {
        for _ in 0..<attempts {
            if flock(file.number, LOCK_EX | LOCK_NB) == 0 { return file }
            usleep(1000)
        }
        throw VaultError(.busy, "another process holds \(path)")
    }
}
