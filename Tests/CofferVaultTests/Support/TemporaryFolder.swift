// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

import Foundation

/// A folder of mode 0700 that is removed with the value.
final class TemporaryFolder: Sendable {
    let path: String

    init() throws {
        path = FileManager.default.temporaryDirectory.appendingPathComponent("coffer-\(UUID().uuidString)").path
        try FileManager.default.createDirectory(
            atPath: path, withIntermediateDirectories: false, attributes: [.posixPermissions: 0o700])
    }

    /// Whether files can be made there that have no name (`O_TMPFILE`, open(2)).
    static let takesUnnamedFiles: Bool = {
        #if os(Linux)
        let number = open(FileManager.default.temporaryDirectory.path, 0o20000000 | O_DIRECTORY | O_WRONLY, 0o600)
        if number >= 0 { close(number) }
        return number >= 0
        #else
        return false
        #endif
    }()

    deinit {
        // A database that is closed meanwhile on its own queue takes files away while they are being listed.
        for _ in 0..<5 where FileManager.default.fileExists(atPath: path) {
            try? FileManager.default.removeItem(atPath: path)
        }
    }

    func file(_ name: String) -> String { "\(path)/\(name)" }

    /// Writes a file with a mode.
    func write(_ text: String, to name: String, mode: Int = 0o600) throws -> String {
        try Data(text.utf8).write(to: URL(fileURLWithPath: file(name)))
        try FileManager.default.setAttributes([.posixPermissions: mode], ofItemAtPath: file(name))
        return file(name)
    }

    /// The mode bits of a file.
    func mode(_ name: String) throws -> Int {
        let attributes = try FileManager.default.attributesOfItem(atPath: file(name))
        return (attributes[.posixPermissions] as? NSNumber)?.intValue ?? -1
    }
}
