// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

#if canImport(Darwin)
import Darwin
#else
import Glibc
#endif

/// An open file that is closed exactly once.
package struct FileDescriptor: ~Copyable {
    /// The number.
    package let number: Int32

    /// Opens a path, close-on-exec.
    ///
    /// - Throws: ``VaultError`` with the reason in words.
    package init(opening path: String, _ flags: Int32, mode: UInt32 = 0o600) throws(VaultError) {
        let number = open(path, flags | O_CLOEXEC, mode_t(mode))
        guard number >= 0 else { throw SystemFailure.error(errno, "open", path) }
        self.number = number
    }

    deinit { close(number) }

    /// Gives the file mode 0600 if it has another: what open(2) is given passes through the umask, which can take
    /// the owner's own rights away.
    package borrowing func makePrivate(_ path: String) throws(VaultError) {
        var status = stat()
        guard fstat(number, &status) == 0, status.st_mode & 0o777 == 0o600 || fchmod(number, 0o600) == 0 else {
            throw SystemFailure.error(errno, "write", path)
        }
    }

    /// Writes every byte.
    package borrowing func write(_ bytes: UnsafeRawBufferPointer, to path: String) throws(VaultError) {
        var rest = bytes
        while let base = rest.baseAddress, !rest.isEmpty {
            #if canImport(Darwin)
            let written = Darwin.write(number, base, rest.count)
            #else
            let written = Glibc.write(number, base, rest.count)
            #endif
            if written < 0 {
                if errno == EINTR { continue }
                throw SystemFailure.error(errno, "write", path)
            }
            rest = UnsafeRawBufferPointer(rebasing: rest[written...])
        }
    }

    /// Writes every byte of what is no secret.
    package borrowing func write(_ bytes: [UInt8], to path: String) throws(VaultError) {
        try bytes.span.withUnsafeBytes { (raw) throws(VaultError) in try write(raw, to: path) }
    }

    /// Reads at most `limit` bytes of a regular file that holds no secret, so that they need no guarded memory.
    ///
    /// - Throws: ``VaultError`` of the file system.
    package borrowing func contents(named path: String, limit: Int) throws(VaultError) -> [UInt8] {
        var status = stat()
        guard fstat(number, &status) == 0 else { throw SystemFailure.error(errno, "read", path) }
        guard status.st_mode & S_IFMT == S_IFREG else {
            throw VaultError(.unreadable, "\(path) is not a regular file")
        }
        let (number, size) = (number, min(Int(status.st_size), limit))
        var failure: Int32 = 0
        let bytes = [UInt8](unsafeUninitializedCapacity: size) { target, filled in
            while let base = target.baseAddress, filled < size {
                let count = pread(number, base + filled, size - filled, off_t(filled))
                if count < 0, errno == EINTR { continue }
                if count < 0 { failure = errno }
                if count <= 0 { break }
                filled += count
            }
        }
        guard failure == 0 else { throw SystemFailure.error(failure, "read", path) }
        return bytes
    }

    /// Has the contents written to the disk.
    package borrowing func sync(_ path: String) throws(VaultError) {
        guard fsync(number) == 0 else { throw SystemFailure.error(errno, "write", path) }
    }
}
