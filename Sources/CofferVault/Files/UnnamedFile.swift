// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

#if canImport(Darwin)
import Darwin
#else
import Glibc
#endif

/// A file that is whole and on the disk, and gets its name last: whoever is killed before leaves nothing of it.
///
/// ```
/// O_TMPFILE ─ write ─ fsync ─┬─ linkat(2) to the name                      nothing there: one call
///                            └─ linkat(2) to NAME.RANDOM.tmp ─ rename(2)   in place of a file: two
/// ```
///
/// Only what is killed between the last two calls leaves a file, whole and of mode 0600. Where a file system knows no unnamed
/// files, or /proc is not there, the bytes are written to `NAME.RANDOM.tmp` from the beginning, and a kill leaves that.
package struct UnnamedFile: ~Copyable {
    private let file: FileDescriptor
    private let path: String
    /// Its name until then, where it must have one.
    private let temporary: String?

    /// Writes the bytes, so that a power cut can't take them.
    ///
    /// - Parameters:
    ///   - path: The name that it gets; the folder must exist.
    ///   - bytes: The contents.
    /// - Throws: ``VaultError/Code/diskFull``, ``VaultError/Code/missing`` for the folder, ``VaultError/Code/unreadable``.
    package init(for path: String, _ bytes: UnsafeRawBufferPointer) throws(VaultError) {
        self.path = path
        if let unnamed = Self.unnamed(beside: path) {
            file = try Self.filled(unnamed, bytes, path)
            temporary = nil
            return
        }
        let name = Self.temporaryName(for: path)
        do {
            file = try Self.filled(
                FileDescriptor(opening: name, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW), bytes, name)
        } catch {
            unlink(name)
            throw error.naming(path, for: name)
        }
        temporary = name
    }

    deinit {
        // Gone already where it became the file; nothing else has such a name.
        if let temporary { unlink(temporary) }
    }

    /// Gives it its name.
    ///
    /// - Parameter replacing: Whether a file that is there may be replaced.
    /// - Throws: ``VaultError/Code/exists`` if one is there that may not; ``VaultError`` of the disk.
    package borrowing func put(replacing: Bool) throws(VaultError) {
        if let temporary {
            do { return try AtomicFile.put(temporary, at: path, replacing: replacing) } catch {
                throw error.naming(path, for: temporary)
            }
        }
        switch link(to: path) {
        case 0: break
        case EEXIST:
            guard replacing else { throw VaultError(.exists, "there is a file \(path) already") }
            try replace()
        case let reason: throw SystemFailure.error(reason, "write", path)
        }
        try AtomicFile.syncFolder(of: path)
    }

    /// linkat(2) replaces nothing, and no system call that does takes a descriptor.
    private borrowing func replace() throws(VaultError) {
        let name = Self.temporaryName(for: path)
        var reason = link(to: name)
        if reason == 0, rename(name, path) != 0 {
            reason = errno
            unlink(name)
        }
        guard reason == 0 else { throw SystemFailure.error(reason, "write", path) }
    }

    /// 0, or the errno; as linkat(2) says for whoever lacks the right to name a descriptor itself.
    private borrowing func link(to name: String) -> Int32 {
        linkat(AT_FDCWD, Self.systemLink(to: file.number), AT_FDCWD, name, AT_SYMLINK_FOLLOW) == 0 ? 0 : errno
    }

    private static func systemLink(to number: Int32) -> String { "/proc/self/fd/\(number)" }

    private static func temporaryName(for path: String) -> String { "\(path).\(RandomID<VaultKind>.random()).tmp" }

    private static func filled(
        _ file: consuming FileDescriptor, _ bytes: UnsafeRawBufferPointer, _ path: String
    ) throws(VaultError) -> FileDescriptor {
        try file.makePrivate(path)
        try file.write(bytes, to: path)
        try file.sync(path)
        return file
    }

    /// A file without a name in the folder of a path; nil where there can't be one.
    private static func unnamed(beside path: String) -> FileDescriptor? {
        #if os(Linux)
        // What <fcntl.h> shows to C with _GNU_SOURCE only: __O_TMPFILE, the same on all of Swift's platforms, and O_DIRECTORY.
        let flags = 0o20000000 | O_DIRECTORY | O_WRONLY
        guard let file = try? FileDescriptor(opening: FilePathText.folder(of: path), flags) else { return nil }
        guard access(systemLink(to: file.number), F_OK) == 0 else { return nil }
        return file
        #else
        return nil
        #endif
    }
}
