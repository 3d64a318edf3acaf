// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

import CofferCredentials

#if canImport(Darwin)
import Darwin
#else
import Glibc
#endif

/// Sealed answers that the store could not take, one file each, and the room kept free for them.
package struct SpillFolder: SpillStore {
    /// Enough for the transaction of one refresh, in bytes: two pages of index, two of row, the event.
    private static let reserveByteCount: Int64 = 256 * 1024

    /// What ends the folder's name.
    package static let suffix = "-spill"

    let folder: String
    private let reservePath: String

    /// A folder and a file whose names begin with a path, of a vault's file for instance.
    package init(beside prefix: String) {
        folder = prefix + Self.suffix
        reservePath = prefix + "-reserve"
    }

    package var place: String? { folder }

    private func file(_ id: EntryID, _ version: UInt64) -> String { Self.file(id, version, in: folder) }

    static func file(_ id: EntryID, _ version: UInt64, in folder: String) -> String { "\(folder)/\(id)-\(version)" }

    package func keep(_ bytes: [UInt8], for id: EntryID, version: UInt64) throws {
        try AtomicFile.makeFolder(folder)
        try AtomicFile.syncFolder(of: folder)
        try AtomicFile.write(bytes, to: file(id, version), replacing: true)
    }

    package func kept(for id: EntryID) throws -> [(version: UInt64, bytes: [UInt8])] {
        try places().filter { $0.id == id }.map(\.version).sorted().map { version in
            (version, try Self.read(file(id, version)))
        }
    }

    static func read(_ file: String) throws -> [UInt8] {
        try CheckedFile.read(file, limit: 4 << 20).withExposedBytes { Array($0) }
    }

    package func places() throws -> [(id: EntryID, version: UInt64)] {
        guard let stream = opendir(folder) else {
            if errno == ENOENT { return [] }
            throw SystemFailure.error(errno, "read", folder)
        }
        defer { closedir(stream) }
        var places: [(EntryID, UInt64)] = []
        while let item = readdir(stream) {
            let name = withUnsafePointer(to: item.pointee.d_name) { pointer in
                pointer.withMemoryRebound(to: CChar.self, capacity: 256) { String(cString: $0) }
            }
            let parts = name.split(separator: "-")
            // Only names that we would write: `+5` and `05` are numbers too.
            guard parts.count == 2, let id = EntryID(hexadecimal: String(parts[0])), id.description == parts[0],
                let version = UInt64(parts[1]), parts[1] == String(version)
            else { continue }
            places.append((id, version))
        }
        return places
    }

    package func forget(_ id: EntryID, version: UInt64) throws {
        guard unlink(file(id, version)) == 0 || errno == ENOENT else {
            throw SystemFailure.error(errno, "remove", file(id, version))
        }
    }

    package func releaseReserve() -> Bool {
        unlink(reservePath) == 0
    }

    package func ensureReserve() throws {
        let descriptor = try FileDescriptor(opening: reservePath, O_WRONLY | O_CREAT | O_NOFOLLOW)
        try descriptor.makePrivate(reservePath)
        var status = stat()
        guard fstat(descriptor.number, &status) == 0 else { throw SystemFailure.error(errno, "write", reservePath) }
        if status.st_size >= Self.reserveByteCount { return }
        #if canImport(Darwin)
        let failure: Int32 = ftruncate(descriptor.number, Self.reserveByteCount) == 0 ? 0 : errno
        #else
        let failure = posix_fallocate(descriptor.number, 0, off_t(Self.reserveByteCount))
        #endif
        guard failure == 0 else { throw SystemFailure.error(failure, "reserve room in", reservePath) }
    }
}
