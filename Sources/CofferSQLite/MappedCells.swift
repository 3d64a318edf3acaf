// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

import CPlatform
import CofferVault

#if canImport(Darwin)
import Darwin
#else
import Glibc
#endif

/// A file of numbers of 64 bits in the machine's byte order, mapped into this process and others.
///
/// Cutting the file short under a process that reads it ends that process (SIGBUS); whoever may write in the folder
/// could end it anyway.
final class MappedCells: Sendable {
    /// How many numbers there are.
    let count: Int
    private let path: String
    private let byteCount: Int
    private let device: UInt64
    private let inode: UInt64
    /// Set once, used through the atomic operations of CPlatform alone, and taken back with the object.
    nonisolated(unsafe) private let page: UnsafeMutableRawPointer

    /// Opens the file, makes it if it is missing, and fills it up with zeros if it is short.
    ///
    /// - Throws: ``VaultError`` if there is a file that can't be used, or none can be made.
    init(_ path: String, byteCount: Int) throws(VaultError) {
        // Non-blocking, so that a named pipe in the file's place can't hold us.
        let file = try FileDescriptor(opening: path, O_RDWR | O_CREAT | O_NOFOLLOW | O_NONBLOCK)
        var status = stat()
        guard fstat(file.number, &status) == 0 else { throw SystemFailure.error(errno, "open", path) }
        guard status.st_mode & S_IFMT == S_IFREG else {
            throw VaultError(.unsafePermissions, "\(path) is not a regular file")
        }
        try file.makePrivate(path)
        if status.st_size < byteCount { try Self.fill(file, byteCount, path) }
        guard let page = coffer_map_counters(file.number, Int64(byteCount)) else {
            throw SystemFailure.error(errno, "map", path)
        }
        self.page = page
        self.path = path
        self.byteCount = byteCount
        count = byteCount / 8
        device = UInt64(truncatingIfNeeded: status.st_dev)
        inode = UInt64(status.st_ino)
    }

    deinit { coffer_unmap_counters(page, Int64(byteCount)) }

    /// Reserves the file's room on the disk: in a hole, the first store would end the process if the disk is full.
    private static func fill(_ file: borrowing FileDescriptor, _ byteCount: Int, _ path: String) throws(VaultError) {
        #if canImport(Darwin)
        let failure: Int32 = ftruncate(file.number, off_t(byteCount)) == 0 ? 0 : errno
        #else
        let failure = posix_fallocate(file.number, 0, off_t(byteCount))
        #endif
        guard failure == 0 else { throw SystemFailure.error(failure, "reserve room in", path) }
    }

    /// Whether the name still leads to what is mapped here, in its full length.
    func isInPlace() -> Bool {
        var status = stat()
        return lstat(path, &status) == 0 && UInt64(truncatingIfNeeded: status.st_dev) == device
            && UInt64(status.st_ino) == inode && status.st_size >= byteCount
    }

    /// Reads a number.
    func load(_ index: Int) -> UInt64 { coffer_counter_load(page, Int32(index)) }

    /// Puts a number in the place of another, if that one still stands.
    func exchange(_ index: Int, _ expected: UInt64, _ desired: UInt64) -> Bool {
        coffer_counter_exchange(page, Int32(index), expected, desired) != 0
    }

    /// Adds to a number, wrapping.
    func add(_ index: Int, _ amount: UInt64) { coffer_counter_add(page, Int32(index), amount) }
}
