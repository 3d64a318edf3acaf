// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

#if canImport(Darwin)
import Darwin
#else
import Glibc
#endif

// A vault that was moved is opened by another name than the one beside which its answers were put. Where they are its intents
// say, and what a vault says is anybody's word who may write it.
extension SpillFolder {
    /// No path that a system takes is longer.
    private static let longestPath = 4096

    package func kept(for id: EntryID, version: UInt64, in place: String) throws -> [UInt8]? {
        let file = Self.file(id, version, in: place)
        guard try isThere(place), AtomicFile.exists(file) else { return nil }
        return try Self.read(file)
    }

    /// Whether another spill folder is there, which has to be this user's alone and reached through no link.
    private func isThere(_ place: String) throws -> Bool {
        let isPrintable = place.unicodeScalars.allSatisfy {
            ![.control, .format, .lineSeparator, .paragraphSeparator].contains($0.properties.generalCategory)
        }
        guard isPrintable, place.hasPrefix("/"), place.hasSuffix(Self.suffix), place.utf8.count < Self.longestPath
        else {
            // Coffer has put nothing into what it would not name.
            return false
        }
        guard let resolved = realpath(place, nil) else {
            // Of another machine.
            if [ENOENT, ENOTDIR].contains(errno) { return false }
            throw SystemFailure.error(errno, "read", place)
        }
        defer { free(resolved) }
        // The vault's own, by a name that a link now leads from.
        if String(cString: resolved) == folder { return false }
        guard String(cString: resolved) == place else {
            throw VaultError(.unsafePermissions, "a symbolic link leads to \(place)")
        }
        var status = stat()
        guard lstat(place, &status) == 0 else { throw SystemFailure.error(errno, "read", place) }
        guard status.st_mode & S_IFMT == S_IFDIR else {
            throw VaultError(.unsafePermissions, "\(place) is not a folder")
        }
        guard status.st_uid == geteuid() else {
            throw VaultError(.unsafePermissions, "\(place) belongs to another user")
        }
        guard status.st_mode & 0o077 == 0 else {
            throw VaultError(.unsafePermissions, "\(place) is open to other users; run: chmod 700 \(place)")
        }
        try CheckedFile.checkFolders(above: place + "/x")
        return true
    }
}
