// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

import CofferVault

/// A folder that nobody but this user can enter, as a local server's socket needs it.
package enum PrivateFolder {
    /// Whether two names lead to one folder; nil where one leads nowhere.
    package static func isSame(_ left: String, _ right: String) -> Bool? {
        guard let left = FileIdentity(left), let right = FileIdentity(right) else { return nil }
        return left == right
    }

    /// What stands at a name.
    package enum Occupant: Sendable {
        /// Nothing.
        case nothing
        /// A socket.
        case socket
        /// A file, a folder, a link or whatever else.
        case other
    }

    /// Looks what stands at a name; no link is followed.
    package static func occupant(of path: String) -> Occupant {
        guard let condition = FileCondition(path) else { return .nothing }
        return condition.isSocket ? .socket : .other
    }

    /// Makes the folder with mode 0700 where it is missing, and judges what is there.
    ///
    /// It must be a folder and no link, belong to this user or to root, and be closed to group and others; nobody else may be able to
    /// rename it or one above it. What is there is never changed: whoever opened it may have had a reason.
    ///
    /// - Throws: ``VaultError/Code/unsafePermissions`` if it is not to be trusted, and of the file system what keeps it from
    ///   being made.
    package static func prepare(_ path: String) throws {
        try AtomicFile.makeFolder(path)
        guard let condition = FileCondition(path) else {
            throw VaultError(.unreadable, "could not use the folder \(path)")
        }
        guard condition.isFolder else { throw VaultError(.unsafePermissions, "\(path) is not a folder") }
        guard condition.isOurs else { throw VaultError(.unsafePermissions, "\(path) belongs to another user") }
        guard !condition.isOpenToOthers else {
            throw VaultError(.unsafePermissions, "\(path) is open to other users; run: chmod 700 \(path)")
        }
        try CheckedFile.checkFolders(above: path)
    }
}
