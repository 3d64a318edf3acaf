// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

import CPlatform
import CofferVault
import Synchronization

#if canImport(Darwin)
import Darwin
#else
import Glibc
#endif

/// The file `FILE-change`, mapped into this process.
///
/// ```
/// offset 0   u64, in the machine's byte order: the state, a sequence lock
/// offset 8   u64: wishes left
/// offset 16  zeros up to 4096
/// ```
///
/// Somebody may take the file away or put another in its place; then what this process has mapped tells it nothing any
/// more. So the name is looked at once a second, and a page that has lost it answers "odd" from then on: that second is
/// the bound within which such a person can keep an old state in force. Cutting the file short under a process that
/// reads it ends that process (SIGBUS); whoever may write in the folder could end it anyway.
final class ChangePage: ChangeCounter {
    private enum Place {
        static let state: Int32 = 0
        static let wishes: Int32 = 1
    }

    private let path: String
    private let device: UInt64
    private let inode: UInt64
    private let seconds: @Sendable () -> Int64
    private let checked: Atomic<Int64>
    private let isLost = Atomic(false)
    /// Set once, used through the atomic operations of CPlatform alone, and taken back with the object.
    nonisolated(unsafe) private let page: UnsafeMutableRawPointer

    /// Opens the file, makes it if it is missing, and fills it up if it is short.
    ///
    /// - Parameters:
    ///   - path: The file.
    ///   - seconds: A clock that costs next to nothing.
    /// - Throws: ``VaultError`` if there is a file that can't be used, or none can be made.
    init(_ path: String, seconds: @escaping @Sendable () -> Int64 = { coffer_coarse_seconds() }) throws(VaultError) {
        // Non-blocking, so that a named pipe in the file's place can't hold us.
        let file = try FileDescriptor(opening: path, O_RDWR | O_CREAT | O_NOFOLLOW | O_NONBLOCK)
        var status = stat()
        guard fstat(file.number, &status) == 0 else { throw SystemFailure.error(errno, "open", path) }
        guard status.st_mode & S_IFMT == S_IFREG else {
            throw VaultError(.unsafePermissions, "\(path) is not a regular file")
        }
        try file.makePrivate(path)
        if status.st_size < COFFER_COUNTER_PAGE { try Self.fill(file, path) }
        guard let page = coffer_map_counters(file.number) else { throw SystemFailure.error(errno, "map", path) }
        self.page = page
        self.path = path
        self.seconds = seconds
        device = UInt64(truncatingIfNeeded: status.st_dev)
        inode = UInt64(status.st_ino)
        checked = Atomic(seconds())
    }

    deinit { coffer_unmap_counters(page) }

    /// Reserves the page on the disk: in a hole, the first store would end the process if the disk is full.
    private static func fill(_ file: borrowing FileDescriptor, _ path: String) throws(VaultError) {
        #if canImport(Darwin)
        let failure: Int32 = ftruncate(file.number, off_t(COFFER_COUNTER_PAGE)) == 0 ? 0 : errno
        #else
        let failure = posix_fallocate(file.number, 0, off_t(COFFER_COUNTER_PAGE))
        #endif
        guard failure == 0 else { throw SystemFailure.error(failure, "reserve room in", path) }
    }

    // MARK: - Reading

    func value() -> UInt64 {
        let now = seconds()
        if checked.load(ordering: .relaxed) != now {
            checked.store(now, ordering: .relaxed)
            if !isInPlace() { isLost.store(true, ordering: .relaxed) }
        }
        // Once lost, always lost: another process may have missed changes that this page never heard of.
        if isLost.load(ordering: .relaxed) { return .max }
        return coffer_counter_load(page, Place.state)
    }

    func wishes() -> UInt64 { coffer_counter_load(page, Place.wishes) }

    /// Whether the name still leads to what is mapped here, in its full length.
    func isInPlace() -> Bool {
        var status = stat()
        return lstat(path, &status) == 0 && UInt64(truncatingIfNeeded: status.st_dev) == device
            && UInt64(status.st_ino) == inode && status.st_size >= COFFER_COUNTER_PAGE
    }

    // MARK: - Writing

    /// Makes the state odd; called with the store's write lock held, before the commit.
    ///
    /// - Returns: the odd number, for ``end(_:)``.
    func begin() -> UInt64 {
        while true {
            let now = coffer_counter_load(page, Place.state)
            // The next odd number, also after one that a killed writer left.
            let next = (now | 1) &+ (now & 1) &* 2
            if coffer_counter_exchange(page, Place.state, now, next) != 0 { return next }
        }
    }

    /// Makes the state even after the commit or its failure, unless the next writer has begun meanwhile.
    func end(_ odd: UInt64) {
        _ = coffer_counter_exchange(page, Place.state, odd, odd &+ 1)
    }

    /// Makes a state even that a killed writer left odd; called with the store's write lock held.
    func settle() {
        let now = coffer_counter_load(page, Place.state)
        if now & 1 == 1 { end(now) }
    }

    /// Tells of a change that is committed already.
    func tellOfChange() { coffer_counter_add(page, Place.state, 2) }

    /// Tells of a wish.
    func tellOfWish() { coffer_counter_add(page, Place.wishes, 1) }
}
