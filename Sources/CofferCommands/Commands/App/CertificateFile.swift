// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

#if canImport(FoundationEssentials)
import FoundationEssentials
#else
import Foundation
#endif

/// Reads the file of `--ca-file`, which is no secret.
enum CertificateFile {
    /// The most bytes: 1 MiB; the bundles of whole systems have a quarter of that.
    private static let largest = 1 << 20

    /// Reads certificates in PEM.
    ///
    /// - Throws: ``CommandError`` with the code `not_found`, `input_output`, `too_large` or `invalid`.
    static func read(_ path: String) throws -> String {
        guard FileManager.default.fileExists(atPath: path) else {
            throw CommandError("not_found", message: "there is no file \(path)")
        }
        let data: Data
        do {
            data = try Data(contentsOf: URL(filePath: path))
        } catch {
            throw CommandError("input_output", message: "the file \(path) cannot be read")
        }
        guard data.count <= largest else { throw CommandError("too_large", message: "\(path) has more than 1 MiB") }
        let text = String(decoding: data, as: UTF8.self)
        guard text.contains("-----BEGIN CERTIFICATE-----") else {
            throw CommandError("invalid", message: "\(path) holds no certificate in PEM")
        }
        guard !text.contains("PRIVATE KEY-----") else {
            throw CommandError("invalid", message: "\(path) holds a private key; give the certificates alone")
        }
        return text
    }
}
