// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

import CofferSQLite
import CofferVault

#if canImport(Darwin)
import Darwin
#else
import Glibc
#endif

extension Doctor {
    /// Less than this makes the next refresh a risk, in bytes: some hundred transactions and the reserve.
    private static let leastFree: UInt64 = 16 << 20
    /// Less than this is told early, in bytes.
    private static let littleFree: UInt64 = 256 << 20
    /// Fewer files than these can still be made: the log, locks, records.
    private static let fewFiles: UInt64 = 100

    /// Where the vault lies, or what its database could not take, and how much room is left there.
    func diskFindings() -> [DoctorFinding] {
        guard let prefix = location.filePrefix else {
            return ["file_system", "free_space"].map { .skipped($0, "there is no folder of this machine's own") }
        }
        let folder = existing(FilePathText.folder(of: prefix))
        let kind = self.kind(of: folder)
        var status = statvfs()
        guard statvfs(folder, &status) == 0 else {
            return [kind, .skipped("free_space", "the system does not say how much room is left in \(folder)")]
        }
        let free = UInt64(status.f_bavail) * UInt64(status.f_frsize)
        return [
            kind, Self.space(free, folder), Self.files(UInt64(status.f_favail), of: UInt64(status.f_files), folder),
        ]
    }

    private func kind(of folder: String) -> DoctorFinding {
        guard !location.isDatabase else { return .skipped("file_system", "the vault lies in a database") }
        guard FileSystemKind.isNetwork(folder) else { return .ok("file_system", "\(folder) is on a local disk") }
        return .failure(
            "file_system", "\(folder) is on a network file system, where locks can't be trusted",
            fix: "move the vault to a local disk", code: "unsuitable_file_system")
    }

    static func space(_ free: UInt64, _ folder: String) -> DoctorFinding {
        let room = "\(free >> 20) MiB are free in \(folder)"
        let fix = "make room there: a refresh whose answer can't be written costs the account"
        if free < leastFree { return .failure("free_space", room, fix: fix, code: "disk_full") }
        if free < littleFree { return .warning("free_space", room, fix: fix) }
        return .ok("free_space", room)
    }

    /// Some file systems make inodes as they need them, and say that they have none at all.
    static func files(_ free: UInt64, of total: UInt64, _ folder: String) -> DoctorFinding {
        guard total > 0 else { return .ok("inodes", "the file system of \(folder) does not run out of inodes") }
        guard free >= fewFiles else {
            return .failure(
                "inodes", "only \(free) more files can be made in \(folder)",
                fix: "remove files that nobody needs", code: "disk_full")
        }
        return .ok("inodes", "\(free) more files can be made in \(folder)")
    }

    /// The nearest folder that is there: before `init` the vault's own is not.
    private func existing(_ folder: String) -> String {
        var folder = folder
        while FileCondition(folder, followsLinks: true) == nil, folder != "/", folder != "." {
            folder = FilePathText.folder(of: folder)
        }
        return folder
    }
}
