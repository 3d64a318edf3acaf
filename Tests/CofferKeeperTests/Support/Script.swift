// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

import Foundation

/// A program of a test's, in a folder of its own that is gone at the end.
enum Script {
    /// Runs a body with a shell's script, or another interpreter's.
    static func with<Result: Sendable>(
        _ text: String, by interpreter: String = "/bin/sh", _ body: (String) async throws -> Result
    ) async throws -> Result {
        let folder = NSTemporaryDirectory() + "coffer-script-\(UUID().uuidString)"
        try FileManager.default.createDirectory(
            atPath: folder, withIntermediateDirectories: true, attributes: [.posixPermissions: 0o700])
        defer { try? FileManager.default.removeItem(atPath: folder) }
        let path = "\(folder)/script"
        try Data("#!\(interpreter)\n\(text)\n".utf8).write(to: URL(fileURLWithPath: path))
        try FileManager.default.setAttributes([.posixPermissions: 0o700], ofItemAtPath: path)
        return try await body(path)
    }
}
