// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

#if canImport(FoundationEssentials)
import FoundationEssentials
#else
import Foundation
#endif

/// Reads a file that holds no secret, and that anybody may read.
enum PublicFile {
    /// Reads a text.
    ///
    /// - Parameters:
    ///   - path: where it lies.
    ///   - limit: the most bytes.
    ///   - limitText: the same for people, as `64 KiB`.
    /// - Returns: what it says, as UTF-8.
    /// - Throws: ``CommandError`` with the code `not_found`, `input_output` or `too_large`.
    static func read(_ path: String, limit: Int, _ limitText: String) throws -> String {
        guard FileManager.default.fileExists(atPath: path) else {
            throw CommandError("not_found", message: "there is no file \(path)")
        }
        let data: Data
        do {
            data = try Data(contentsOf: URL(filePath: path))
        } catch {
            throw CommandError("input_output", message: "the file \(path) cannot be read")
        }
        guard data.count <= limit else {
            throw CommandError("too_large", message: "\(path) has more than \(limitText)")
        }
        return String(decoding: data, as: UTF8.self)
    }
}
