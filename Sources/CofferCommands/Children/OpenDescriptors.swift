// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

#if canImport(Darwin)
import Darwin
#else
import Glibc
#endif

/// The descriptors of this process besides the standard three, and which of them a program has that is started.
enum OpenDescriptors {
    /// Those that are open now.
    static var now: Set<Int32> {
        guard let folder = opendir("/dev/fd") else { return [] }
        defer { closedir(folder) }
        var found: Set<Int32> = []
        while let entry = readdir(folder) {
            let name = withUnsafePointer(to: &entry.pointee.d_name) { pointer in
                pointer.withMemoryRebound(to: CChar.self, capacity: 256) { String(cString: $0) }
            }
            if let descriptor = Int32(name), descriptor > STDERR_FILENO { found.insert(descriptor) }
        }
        found.remove(dirfd(folder))
        return found
    }

    /// Closes all others where a program is started: one that a library opened, as a connection's, need not be marked.
    static func closeOnExec(except kept: Set<Int32> = []) {
        for descriptor in now.subtracting(kept) { _ = fcntl(descriptor, F_SETFD, FD_CLOEXEC) }
    }
}
