// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

import Foundation

/// A folder of one's own with everything a program keeps; gone at the end.
struct Home: Sendable {
    /// The folder, 0700.
    let path: String

    /// Runs a body with a fresh home.
    static func with<Result: Sendable>(_ body: (Home) async throws -> Result) async throws -> Result {
        let path = NSTemporaryDirectory() + "coffer-e2e-\(UUID().uuidString)"
        try FileManager.default.createDirectory(
            atPath: path, withIntermediateDirectories: true, attributes: [.posixPermissions: 0o700])
        defer { try? FileManager.default.removeItem(atPath: path) }
        return try await body(Home(path: path))
    }

    /// The vault's file.
    var vault: String { "\(path)/data/coffer/vault.db" }

    /// The identity's file.
    var identity: String { "\(path)/config/coffer/identity" }

    /// What a program finds its folders by.
    var environment: [String: String] {
        [
            "HOME": path, "XDG_DATA_HOME": "\(path)/data", "XDG_CONFIG_HOME": "\(path)/config",
            "XDG_STATE_HOME": "\(path)/state", "XDG_CACHE_HOME": "\(path)/cache", "XDG_RUNTIME_DIR": "\(path)/run",
            "NO_COLOR": "1",
        ]
    }

    /// Every file below the home by its path, with its bytes.
    func files() -> [String: Data] {
        let names = FileManager.default.enumerator(atPath: path)?.allObjects as? [String] ?? []
        return names.reduce(into: [:]) { files, name in
            files[name] = FileManager.default.contents(atPath: "\(path)/\(name)")
        }
    }

    /// Writes a file that only its owner may read, unless told otherwise.
    @discardableResult
    func write(_ bytes: some Sequence<UInt8>, to name: String, mode: Int = 0o600) throws -> String {
        let file = "\(path)/\(name)"
        try Data(bytes).write(to: URL(fileURLWithPath: file))
        try FileManager.default.setAttributes([.posixPermissions: mode], ofItemAtPath: file)
        return file
    }
}
