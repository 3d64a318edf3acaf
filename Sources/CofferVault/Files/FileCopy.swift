// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

#if canImport(Darwin)
import Darwin
#else
import Glibc
#endif

/// Copies a file that nobody has open, byte for byte.
package enum FileCopy {
    private static let pieceByteCount = 1 << 20

    /// Copies `source` into a new file of mode 0600, synced.
    ///
    /// - Throws: ``VaultError/Code/missing``, ``VaultError/Code/foreign`` for what is no regular file,
    ///   ``VaultError/Code/diskFull``, ``VaultError/Code/unreadable``.
    package static func make(_ source: String, at target: String) throws(VaultError) {
        // Non-blocking, so that a named pipe in the file's place can't hold us.
        let from = try FileDescriptor(opening: source, O_RDONLY | O_NONBLOCK)
        var status = stat()
        guard fstat(from.number, &status) == 0 else { throw SystemFailure.error(errno, "read", source) }
        guard status.st_mode & S_IFMT == S_IFREG else { throw VaultError(.foreign, "\(source) is not a file") }
        let to = try FileDescriptor(opening: target, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW)
        try to.makePrivate(target)
        var piece = [UInt8](repeating: 0, count: pieceByteCount)
        while true {
            let count = piece.withUnsafeMutableBytes { read(from.number, $0.baseAddress, $0.count) }
            if count < 0 {
                if errno == EINTR { continue }
                throw SystemFailure.error(errno, "read", source)
            }
            if count == 0 { break }
            let failure: VaultError? = piece.withUnsafeBytes { bytes in
                do throws(VaultError) {
                    try to.write(UnsafeRawBufferPointer(rebasing: bytes[..<count]), to: target)
                    return nil
                } catch { return error }
            }
            if let failure { throw failure }
        }
        try to.sync(target)
    }

    /// Whether two names lead to one file.
    package static func isSame(_ one: String, _ other: String) -> Bool {
        var (left, right) = (stat(), stat())
        guard stat(one, &left) == 0, stat(other, &right) == 0 else { return false }
        return left.st_dev == right.st_dev && left.st_ino == right.st_ino
    }
}
