// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

#if canImport(Darwin)
import Darwin
#else
import Glibc
#endif

/// Writes files so that a power cut leaves the old one, the new one or none, never a half.
///
/// The one writer of small files in Coffer: a file of mode 0600 that has no name yet, sync, name, sync of the folder.
package enum AtomicFile {
    /// Writes a file.
    ///
    /// - Parameters:
    ///   - bytes: The contents.
    ///   - path: Where; the folder must exist.
    ///   - replacing: Whether a file that is there may be replaced.
    /// - Throws: ``VaultError/Code/exists`` if one is there that may not, ``VaultError/Code/diskFull``,
    ///   ``VaultError/Code/missing`` for the folder, ``VaultError/Code/unreadable``.
    package static func write(_ bytes: UnsafeRawBufferPointer, to path: String, replacing: Bool) throws(VaultError) {
        let file = try UnnamedFile(for: path, bytes)
        try file.put(replacing: replacing)
    }

    /// Writes a file of what is no secret, in the same way.
    package static func write(_ bytes: [UInt8], to path: String, replacing: Bool) throws(VaultError) {
        try bytes.span.withUnsafeBytes { (raw) throws(VaultError) in
            try write(raw, to: path, replacing: replacing)
        }
    }

    /// Gives a finished file its name: by rename, or by link, which fails where there is one already.
    package static func put(_ temporary: String, at path: String, replacing: Bool) throws(VaultError) {
        if replacing {
            guard rename(temporary, path) == 0 else { throw SystemFailure.error(errno, "write", path) }
        } else {
            guard link(temporary, path) == 0 else {
                if errno == EEXIST { throw VaultError(.exists, "there is a file \(path) already") }
                throw SystemFailure.error(errno, "write", path)
            }
            unlink(temporary)
        }
        try syncFolder(of: path)
    }

    /// Makes a change of names in a folder survive a power cut.
    package static func syncFolder(of path: String) throws(VaultError) {
        let folder = FilePathText.folder(of: path)
        let descriptor = try FileDescriptor(opening: folder, O_RDONLY)
        try descriptor.sync(folder)
    }

    /// Makes a folder of mode 0700, and those above it, where they are missing.
    package static func makeFolder(_ path: String) throws(VaultError) {
        if mkdir(path, 0o700) == 0 {
            // The umask may have taken our own rights away.
            guard chmod(path, 0o700) == 0 else { throw SystemFailure.error(errno, "make", path) }
            return
        }
        switch errno {
        case EEXIST: return
        case ENOENT:
            let above = FilePathText.folder(of: path)
            guard above != path, above != "." else { throw SystemFailure.error(ENOENT, "make", path) }
            try makeFolder(above)
            try makeFolder(path)
        default: throw SystemFailure.error(errno, "make", path)
        }
    }

    /// Whether something is there.
    package static func exists(_ path: String) -> Bool {
        var status = stat()
        return lstat(path, &status) == 0
    }
}
