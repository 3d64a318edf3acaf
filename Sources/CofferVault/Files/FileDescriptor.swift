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

    /// Has the contents written to the disk.
    package borrowing func sync(_ path: String) throws(VaultError) {
        guard fsync(number) == 0 else { throw SystemFailure.error(errno, "write", path) }
    }
}
