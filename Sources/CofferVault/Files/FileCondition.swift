// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

#if canImport(Darwin)
import Darwin
#else
import Glibc
#endif

/// What the file system says of a name, without opening it: the live vault is never opened beside SQLite.
package struct FileCondition {
    /// The name.
    package let path: String
    private let status: stat

    /// Looks; nil if nothing is there or can be seen.
    ///
    /// - Parameters:
    ///   - path: The name.
    ///   - followsLinks: Whether what a symbolic link names is looked at.
    package init?(_ path: String, followsLinks: Bool = false) {
        var status = stat()
        guard (followsLinks ? stat(path, &status) : lstat(path, &status)) == 0 else { return nil }
        self.path = path
        self.status = status
    }

    /// Whether it is a folder.
    package var isFolder: Bool { status.st_mode & S_IFMT == S_IFDIR }
    /// Whether it is a symbolic link.
    package var isLink: Bool { status.st_mode & S_IFMT == S_IFLNK }
    /// Whether it is a regular file.
    package var isFile: Bool { status.st_mode & S_IFMT == S_IFREG }
    /// Whether it is a socket.
    package var isSocket: Bool { status.st_mode & S_IFMT == S_IFSOCK }
    /// Its length in bytes.
    package var byteCount: Int64 { Int64(status.st_size) }
    /// Whether it belongs to the user, or to root.
    package var isOurs: Bool { status.st_uid == geteuid() || status.st_uid == 0 }
    /// Whether group or others have any right.
    package var isOpenToOthers: Bool { status.st_mode & 0o077 != 0 }
    /// Whether its owner has what reading and writing needs.
    package var isUsable: Bool { status.st_mode & 0o600 == 0o600 }
    /// The rights, as chmod(1) takes them.
    package var mode: String { String(status.st_mode & 0o7777, radix: 8) }

    /// The names in a folder; empty if it can't be read.
    package static func names(in folder: String) -> [String] {
        guard let stream = opendir(folder) else { return [] }
        defer { closedir(stream) }
        var names: [String] = []
        while let item = readdir(stream) {
            let name = withUnsafePointer(to: item.pointee.d_name) { pointer in
                pointer.withMemoryRebound(to: CChar.self, capacity: 256) { String(cString: $0) }
            }
            if name != "." && name != ".." { names.append(name) }
        }
        return names.sorted()
    }
}
