// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

import CofferCredentials
import CofferVault
import Synchronization

#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#elseif canImport(Darwin)
import Darwin
#endif

/// The secret by which a proxy on TCP knows its clients: made anew for each run, and left in a file of this user's.
final class BearerFile: Sendable {
    /// How many random bytes: 32.
    private static let byteCount = 32

    /// What clients show.
    let bearer: Secret
    private let path: String
    /// The file that was written, open so that no other one gets its inode; -1 for none.
    private let descriptor = Mutex<Int32>(-1)

    /// Makes a bearer; nothing is written yet.
    init(at path: String) {
        let digits = Array("0123456789abcdef".utf8)
        var generator = SystemRandomNumberGenerator()
        bearer = Secret(
            bytes: (0..<Self.byteCount).flatMap { _ -> [UInt8] in
                let byte = UInt8.random(in: .min ... .max, using: &generator)
                return [digits[Int(byte >> 4)], digits[Int(byte & 15)]]
            })
        self.path = path
    }

    /// Writes it, on one line, into a file of mode 0600, in the place of one that a run has left behind.
    ///
    /// Only who listens already writes: a proxy that finds its port taken leaves the file to the one that has it.
    ///
    /// - Throws: `VaultError` if it can't be written.
    func write() throws {
        let line = bearer.withExposedBytes { Secret(bytes: Array($0) + [0x0A]) }
        try line.withExposedBytes { (bytes) throws(VaultError) in
            try AtomicFile.write(bytes, to: path, replacing: true)
        }
        let number = open(path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK)
        guard number >= 0 else { return }
        let found = Secret(byteCount: line.byteCount + 1) { max(0, read(number, $0.baseAddress, $0.count)) }
        // Another proxy has replaced it already.
        guard found == line else {
            close(number)
            return
        }
        descriptor.withLock { $0 = number }
    }

    /// Takes the file away, unless another proxy's is there by now: what is in it is worth nothing any more.
    func remove() {
        let number = descriptor.withLock { descriptor in
            defer { descriptor = -1 }
            return descriptor
        }
        guard number >= 0 else { return }
        defer { close(number) }
        if let own = FileIdentity(descriptor: number), own == FileIdentity(path) { unlink(path) }
    }
}
