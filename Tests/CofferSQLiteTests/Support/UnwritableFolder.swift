// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

import Foundation

/// A folder in which nothing can be written for a while: for root by a read-only mount of itself, for others by its mode.
final class UnwritableFolder {
    /// Whether this process can make one; root in a sandbox perhaps can't mount.
    static let isPossible: Bool = {
        guard let folder = try? TemporaryFolder(), let unwritable = try? UnwritableFolder(folder.path) else {
            return false
        }
        return !unwritable.isWritable
    }()

    private let path: String
    private let isMounted: Bool

    init(_ path: String) throws {
        self.path = path
        isMounted = geteuid() == 0
        if isMounted {
            guard Mount.run("mount", "--bind", path, path) else { throw CocoaError(.fileWriteNoPermission) }
            guard Mount.run("mount", "-o", "remount,bind,ro", path) else {
                _ = Mount.run("umount", path)
                throw CocoaError(.fileWriteNoPermission)
            }
        } else {
            try FileManager.default.setAttributes([.posixPermissions: 0o500], ofItemAtPath: path)
        }
    }

    private var isWritable: Bool { access(path, W_OK) == 0 }

    deinit {
        if isMounted {
            _ = Mount.run("umount", "-l", path)
        } else {
            try? FileManager.default.setAttributes([.posixPermissions: 0o700], ofItemAtPath: path)
        }
    }
}
