// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

import CofferCredentials
import CofferVault

#if canImport(Darwin)
import Darwin
#else
import Glibc
#endif

extension IdentityText {
    /// Writes the text into a file of mode 0600, in one step.
    ///
    /// - Throws: ``VaultError/Code/exists`` if one is there that may not be replaced, and what writing throws.
    func write(to path: String, replacing: Bool) throws(VaultError) {
        try written().withExposedBytes { (bytes) throws(VaultError) in
            try AtomicFile.write(bytes, to: path, replacing: replacing)
        }
    }
}

extension IdentityText {
    /// Whether a file begins as the text of an identity does; no more of it is read than that.
    static func isLikely(in path: String) -> Bool {
        guard let file = try? FileDescriptor(opening: path, O_RDONLY | O_NOFOLLOW | O_NONBLOCK) else { return false }
        var beginning = [UInt8](repeating: 0, count: stem.utf8.count)
        let count = beginning.withUnsafeMutableBytes { pread(file.number, $0.baseAddress, $0.count, 0) }
        return count == beginning.count && beginning == Array(stem.utf8)
    }
}
