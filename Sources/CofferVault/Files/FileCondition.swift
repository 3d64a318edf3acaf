// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

import CofferVault

#if canImport(Darwin)
import Darwin
#else
import Glibc
#endif

/// What the file system says of a name, without opening it: the live vault is never opened beside SQLite.
struct FileCondition {
    let path: String
    private let status: stat

    /// Looks; nil if nothing is there or can be seen.
    ///
    /// - Parameters:
    ///   - path: The name.
    ///   - followsLinks: Whether what a symbolic link names is looked at.
    init?(_ path: String, followsLinks: Bool = false) {
        var status = stat()
        guard (followsLinks ? stat(path, &status) : lstat(path, &status)) == 0 else { return nil }
        self.path = path
        self.status = status
    }

    var isFolder: Bool { status.st_mode & S_IFMT == S_IFDIR }
    var isLink: Bool { status.st_mode & S_IFMT == S_IFLNK }
    var isFile: Bool { status.st_mode & S_IFMT == S_IFREG }
    var byteCount: Int64 { Int64(status.st_size) }
    var isOurs: Bool { status.st_uid == geteuid() || status.st_uid == 0 }
    /// Whether group or others have any right.
    var isOpenToOthers: Bool { status.st_mode & 0o077 != 0 }
    /// Whether its owner has what reading and writing needs.
    var isUsable: Bool { status.st_mode & 0o600 == 0o600 }
    /// The rights, as chmod(1) takes them.
    var mode: String { String(status.st_mode & 0o7777, radix: 8) }

    /// What is wrong with it as something that only its owner may touch, and how to mend that; nil if nothing is.
    var fault: (finding: String, fix: String)? {
        if isLink { return ("\(path) is a symbolic link", "put the file itself there") }
        if !isOurs { return ("\(path) belongs to another user", "chown it to yourself, or remove it") }
        let mode = isFolder ? "700" : "600"
        if isOpenToOthers {
            return ("\(path) has mode \(self.mode): others may read or change it", "chmod \(mode) \(path)")
        }
        if !isUsable { return ("\(path) has mode \(self.mode): you can't use it yourself", "chmod \(mode) \(path)") }
        return nil
    }

    /// The names in a folder; empty if it can't be read.
    static func names(in folder: String) -> [String] {
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
