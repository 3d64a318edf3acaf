// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

import Foundation

/// Reads a software statement (RFC 7591 §2.3): a signed JWT, which is no secret.
enum StatementFile {
    /// The most bytes: 64 KiB; a statement is a few kilobytes.
    private static let largest = 1 << 16

    /// Reads a file, without the line end that closes it.
    ///
    /// - Throws: ``CommandError`` with the code `invalid`, and as ``PublicFile`` does.
    static func read(_ path: String) async throws -> String {
        let text = try await PublicFile.read(path, limit: largest, "64 KiB")
            .trimmingCharacters(in: .whitespacesAndNewlines)
        // Three parts of base64url (RFC 7515 §7.1), none of them empty: one that nobody signed says nothing.
        let parts = text.split(separator: ".", omittingEmptySubsequences: false)
        let isSigned = parts.count == 3 && parts.allSatisfy { !$0.isEmpty && $0.utf8.allSatisfy(isBase64URL) }
        guard isSigned else { throw CommandError("invalid", message: "\(path) holds no software statement") }
        return text
    }

    private static func isBase64URL(_ byte: UInt8) -> Bool {
        (0x41...0x5A).contains(byte) || (0x61...0x7A).contains(byte) || (0x30...0x39).contains(byte) || byte == 0x2D
            || byte == 0x5F
    }
}
