// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

import CPlatform
import CofferVault

#if canImport(Darwin)
import Darwin
#else
import Glibc
#endif

/// The locks of all entries, as one byte each in one file.
///
/// Open file description locks (fcntl(2)): they belong to the descriptor, so they hold between tasks of
/// one process as well as between processes, can't be lost by closing another descriptor of the file, and end with
/// the death of the holder at once. The byte is named by the first 62 bits of the entry's random id; the
/// file stays empty. The file is never removed: a holder would lock what others can't see.
struct EntryLockFile {
    let path: String

    func tryLock(_ id: EntryID) throws(VaultError) -> EntryLock? {
        let file = try FileDescriptor(opening: path, O_RDWR | O_CREAT | O_NOFOLLOW)
        try file.makePrivate(path)
        switch coffer_try_lock_byte(file.number, Int64(LockPlace(id).number), 1) {
        case 0: return EntryLock(file)
        case EAGAIN, EACCES, EINTR: return nil
        case let failure: throw SystemFailure.error(failure, "lock", path)
        }
    }

    /// Everybody's locks, also those of this process: a descriptor of its own sees them as somebody else's.
    ///
    /// - Returns: their places, in no order.
    /// - Throws: ``VaultError/Code/busy`` where somebody else's lock hides them.
    func held() throws(VaultError) -> [LockPlace] {
        let file: FileDescriptor
        do {
            file = try FileDescriptor(opening: path, O_RDWR | O_NOFOLLOW)
        } catch  where error.code == .missing {
            return []
        }
        // Of several locks in a range fcntl(2) tells about one, whichever it likes: both sides of it are asked for the rest.
        var places: [LockPlace] = []
        var ranges: [Range<Int64>] = [0..<1 << 62]
        while let range = ranges.popLast() {
            var offset = range.lowerBound
            switch coffer_find_locked_byte(file.number, &offset, range.upperBound) {
            case 0: continue
            case 1:
                // Ours are of one byte; another's could span all of them, and what lies under it can't be told.
                guard range.contains(offset) else {
                    throw VaultError(.busy, "another program has locked \(path); find out which, and try again")
                }
                places.append(LockPlace(number: UInt64(offset)))
                ranges += [range.lowerBound..<offset, offset + 1..<range.upperBound].filter { !$0.isEmpty }
            case let failure: throw SystemFailure.error(-failure, "lock", path)
            }
        }
        return places
    }
}
