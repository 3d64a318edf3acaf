// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

/// Reads the file of `--ca-file`, which is no secret.
enum CertificateFile {
    /// The most bytes: 1 MiB; the bundles of whole systems have a quarter of that.
    private static let largest = 1 << 20

    /// Reads certificates in PEM.
    ///
    /// - Throws: ``CommandError`` with the code `invalid`, and as ``PublicFile`` does.
    static func read(_ path: String) async throws -> String {
        let text = try await PublicFile.read(path, limit: largest, "1 MiB")
        guard text.contains("-----BEGIN CERTIFICATE-----") else {
            throw CommandError("invalid", message: "\(path) holds no certificate in PEM")
        }
        guard !text.contains("PRIVATE KEY-----") else {
            throw CommandError("invalid", message: "\(path) holds a private key; give the certificates alone")
        }
        return text
    }
}
