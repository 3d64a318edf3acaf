// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

import CofferCrypto

#if canImport(Darwin)
import Darwin
#else
import Glibc
#endif

/// The file of one identity's ``SeenRecord`` of one vault.
///
/// It is replaced by rename and not synced, but where the membership changed: what a power cut leaves of it is set aside
/// and begun anew, which costs some memory of the past and no commit. Trouble with it is told and never thrown: a full disk must not keep an answer of a
/// provider from the vault.
struct SeenFile: Sendable {
    let path: String
    let vaultID: VaultID
    let identity: Identity
    let place: SeenPlace

    init(_ place: SeenPlace, of vaultID: VaultID, by identity: Identity) {
        // Per identity, since each has a key of its own: one can't vouch for what another saw.
        let name = identity.publicIdentity.fingerprint.split(separator: "-").joined()
        path = "\(place.folder)/\(vaultID)-\(name)"
        self.vaultID = vaultID
        self.identity = identity
        self.place = place
    }

    /// Reads the record; nil if there is none, or none that can be used.
    func load() -> SeenRecord? {
        guard AtomicFile.exists(path) else { return nil }
        do {
            let file = try FileDescriptor(opening: path, O_RDONLY | O_NOFOLLOW | O_NONBLOCK)
            let bytes = try file.contents(named: path, limit: SeenRecord.largest)
            return try SeenRecord(decoding: bytes, of: vaultID, by: identity)
        } catch  where error.code == .damaged || error.code == .newerFormat {
            // Also what a newer program wrote under our name: the next merge would write over it.
            rename(path, path + ".unreadable")
            place.warn(
                "the record of what this machine has seen of the vault can't be used; it was set aside as "
                    + "\(path).unreadable, and an older vault would not be noticed this time")
        } catch {
            place.warn("the record of what this machine has seen of the vault can't be read: \(error.message)")
        }
        return nil
    }

    /// Merges what was seen into the record, under its lock.
    ///
    /// - Parameters:
    ///   - seen: What was seen.
    ///   - durability: What the record survives afterwards.
    func merge(_ seen: SeenRecord, _ durability: Durability = .flushed) {
        do {
            try AtomicFile.makeFolder(place.folder)
            let lock = try FileLock(path + ".lock")
            defer { withExtendedLifetime(lock) {} }
            let present = load()
            let merged = present?.merged(with: seen) ?? seen
            if merged != present { try replace(merged, durability) }
        } catch  where error.code == .busy && durability == .flushed {
            // The next one to be merged says as much.
        } catch {
            place.warn("what this machine has seen of the vault can't be recorded: \(error.message)")
        }
    }

    private func replace(_ record: SeenRecord, _ durability: Durability) throws(VaultError) {
        let bytes = try record.encoded(by: identity)
        let temporary = path + ".new"
        // A name that does not change: the lock is held, and what a killed process left is written over.
        unlink(temporary)
        let file = try FileDescriptor(opening: temporary, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW)
        try file.makePrivate(temporary)
        try file.write(bytes, to: temporary)
        if durability == .synced { try file.sync(temporary) }
        guard rename(temporary, path) == 0 else { throw SystemFailure.error(errno, "write", path) }
        if durability == .synced { try AtomicFile.syncFolder(of: path) }
    }
}
