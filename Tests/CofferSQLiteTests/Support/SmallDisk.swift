// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

import Foundation

/// A disk with room for 64 KiB, mounted over a folder for a while.
final class SmallDisk {
    /// Whether this process may mount one.
    static let isPossible: Bool = {
        guard let folder = try? TemporaryFolder() else { return false }
        return (try? SmallDisk(folder.path)) != nil
    }()

    private let path: String

    init(_ path: String) throws {
        self.path = path
        guard geteuid() == 0, Mount.run("mount", "-t", "tmpfs", "-o", "size=64k,mode=0700", "tmpfs", path) else {
            throw CocoaError(.fileWriteNoPermission)
        }
    }

    deinit { _ = Mount.run("umount", "-l", path) }
}
