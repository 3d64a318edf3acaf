// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

import CPlatform
import CofferVault

#if canImport(Darwin)
import Darwin
#else
import Glibc
#endif

/// The byte of the lock file that says whether anybody has the vault open.
///
/// Every open store holds it shared; whoever puts another file in the vault's place takes it alone. It ends with its
/// holder's process, as the locks of entries do, and lies behind all of theirs.
struct PresenceLock {
    private static let place = Int64(1) << 62

    /// `FILE-lock`.
    let path: String

    /// Says that this process has the vault open.
    ///
    /// - Parameter making: Whether the lock file may be made; what is no vault gets no file beside it.
    /// - Returns: the lock; nil if there is no file and none may be made.
    /// - Throws: ``VaultError/Code/busy`` if somebody keeps everybody out.
    func join(making: Bool) throws(VaultError) -> EntryLock? {
        if !making, !AtomicFile.exists(path) { return nil }
        // A shared lock asks for no more than reading, and so holds on a disk that can't be written.
        let file = try FileDescriptor(opening: path, making ? O_RDWR | O_CREAT | O_NOFOLLOW : O_RDONLY | O_NOFOLLOW)
        if making { try file.makePrivate(path) }
        return try lock(file, exclusive: false, else: "another process is replacing the vault; try again")
    }

    /// Keeps everybody else out.
    ///
    /// - Throws: ``VaultError/Code/busy`` if anybody has the vault open.
    func claim() throws(VaultError) -> EntryLock {
        let file = try FileDescriptor(opening: path, O_RDWR | O_CREAT | O_NOFOLLOW)
        try file.makePrivate(path)
        return try lock(file, exclusive: true, else: "another process has the vault open; end it and try again")
    }

    private func lock(
        _ file: consuming FileDescriptor, exclusive: Bool, else message: String
    ) throws(VaultError) -> EntryLock {
        switch coffer_try_lock_byte(file.number, Self.place, exclusive ? 1 : 0) {
        case 0: return EntryLock(file)
        case EAGAIN, EACCES: throw VaultError(.busy, message)
        case let failure: throw SystemFailure.error(failure, "lock", path)
        }
    }
}
