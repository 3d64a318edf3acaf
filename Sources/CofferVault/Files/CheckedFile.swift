// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

package import CofferCredentials

#if canImport(Darwin)
import Darwin
#else
import Glibc
#endif

/// Reads a file that holds a secret, after judging it by its open descriptor.
package enum CheckedFile {
    /// Reads a file of at most `limit` bytes.
    ///
    /// It is opened once and no symbolic link is followed; it must be a regular file, belong to this user or
    /// to root, and be closed to group and others; the folders above it must be writable by nobody else.
    ///
    /// - Parameters:
    ///   - path: The file.
    ///   - limit: How many bytes it may have.
    ///   - mayBeSeen: Whether others may read it, and only not write to it.
    ///   - isCredential: Whether systemd has put it there: it may leave the file to root and root's group (0440), and let the service's
    ///     user in by an access control list, whose mask is what the group's rights then show.
    /// - Returns: The bytes.
    /// - Throws: ``VaultError/Code/missing``, ``VaultError/Code/unsafePermissions``, ``VaultError/Code/tooLarge``.
    package static func read(
        _ path: String, limit: Int, mayBeSeen: Bool = false, isCredential: Bool = false
    ) throws(VaultError) -> Secret {
        // Non-blocking, so that a named pipe in the file's place can't hold us.
        let file = try FileDescriptor(opening: path, O_RDONLY | O_NOFOLLOW | O_NONBLOCK)
        var status = stat()
        guard fstat(file.number, &status) == 0 else { throw SystemFailure.error(errno, "read", path) }
        guard status.st_mode & S_IFMT == S_IFREG else {
            throw VaultError(.unsafePermissions, "\(path) is not a regular file")
        }
        guard status.st_uid == geteuid() || status.st_uid == 0 else {
            throw VaultError(.unsafePermissions, "\(path) belongs to another user")
        }
        let isRoots = isCredential && status.st_uid == 0 && status.st_gid == 0
        guard status.st_mode & (mayBeSeen ? 0o022 : isRoots ? 0o037 : 0o077) == 0 else {
            throw VaultError(
                .unsafePermissions,
                mayBeSeen
                    ? "others may write to it; run: chmod go-w \(path)"
                    : "\(path) can be read or written by others; run: chmod 600 \(path)")
        }
        try checkFolders(above: path)
        guard status.st_size <= limit else {
            throw VaultError(.tooLarge, "\(path) is too large to be what it should be")
        }
        return try contents(of: file.number, named: path, limit: limit)
    }

    /// Reads an open descriptor to its end, or to `limit` bytes.
    ///
    /// - Parameters:
    ///   - number: The descriptor; it stays open.
    ///   - path: What to call it in an error.
    ///   - limit: How many bytes are read at most.
    /// - Returns: The bytes.
    /// - Throws: ``VaultError/Code/unreadable``.
    package static func contents(of number: Int32, named path: String, limit: Int) throws(VaultError) -> Secret {
        // As much room as the file says it needs, and a byte to see its end in; what grows meanwhile gets more.
        var status = stat()
        let size = fstat(number, &status) == 0 && status.st_mode & S_IFMT == S_IFREG ? Int(status.st_size) : 0
        var room = min(limit, max(size, 4095) + 1)
        var read = try contents(of: number, named: path, after: nil, room: room)
        while read.byteCount == room, room < limit {
            room = min(limit, room * 2)
            read = try contents(of: number, named: path, after: read, room: room)
        }
        return read
    }

    private static func contents(
        of number: Int32, named path: String, after head: Secret?, room: Int
    ) throws(VaultError) -> Secret {
        try Secret(byteCount: room) { (target: UnsafeMutableRawBufferPointer) throws(VaultError) -> Int in
            head?.withExposedBytes { target.copyMemory(from: $0) }
            var filled = head?.byteCount ?? 0
            while filled < target.count {
                let count = recvOrRead(number, UnsafeMutableRawBufferPointer(rebasing: target[filled...]))
                if count < 0 {
                    if errno == EINTR { continue }
                    throw SystemFailure.error(errno, "read", path)
                }
                if count == 0 { break }
                filled += count
            }
            return filled
        }
    }

    private static func recvOrRead(_ number: Int32, _ target: UnsafeMutableRawBufferPointer) -> Int {
        #if canImport(Darwin)
        Darwin.read(number, target.baseAddress, target.count)
        #else
        Glibc.read(number, target.baseAddress, target.count)
        #endif
    }

    /// Judges every folder above, as sshd's StrictModes does: whoever can rename one of them can put his own
    /// file in this one's place.
    ///
    /// - Throws: ``VaultError/Code/unsafePermissions``, ``VaultError/Code/missing``.
    package static func checkFolders(above path: String) throws(VaultError) {
        guard let resolved = realpath(FilePathText.folder(of: path), nil) else {
            throw SystemFailure.error(errno, "read", path)
        }
        defer { free(resolved) }
        var folder = String(cString: resolved)
        while true {
            var status = stat()
            guard lstat(folder, &status) == 0 else { throw SystemFailure.error(errno, "read", folder) }
            guard status.st_uid == geteuid() || status.st_uid == 0 else {
                throw VaultError(.unsafePermissions, "\(folder), above \(path), belongs to another user")
            }
            // A sticky folder such as /tmp lets nobody replace another's file.
            guard status.st_mode & 0o022 == 0 || status.st_mode & S_ISVTX != 0 else {
                throw VaultError(
                    .unsafePermissions, "others can write in \(folder), above \(path); run: chmod go-w \(folder)")
            }
            if folder == "/" { return }
            folder = FilePathText.folder(of: folder)
        }
    }
}
