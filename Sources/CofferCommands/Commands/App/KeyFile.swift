// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

import CofferCredentials
import CofferVault

/// Reads a private key in PEM: from a file that nobody else may read, or from a descriptor by its name under `/dev/fd`.
enum KeyFile {
    /// The most bytes: 64 KiB; an RSA key of 16,384 bits has a fifth of that.
    private static let largest = 1 << 16
    private static let descriptors = "/dev/fd/"

    /// Reads a key into memory that is wiped.
    ///
    /// - Throws: ``VaultError`` `missing`, `unsafe_permissions`, `too_large` for a file; ``CommandError`` `usage`,
    ///   `no_answer`, `input_too_large` for a descriptor.
    static func read(_ path: String) async throws -> Secret {
        guard path.hasPrefix(descriptors) else { return try CheckedFile.read(path, limit: largest) }
        guard let number = Int32(path.dropFirst(descriptors.count)), number >= 0 else {
            throw CommandError("usage", message: "\(path) names no descriptor")
        }
        return try await InputDescriptor(number).contents(limit: largest)
    }
}
