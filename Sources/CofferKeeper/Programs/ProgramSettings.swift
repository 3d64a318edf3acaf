// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

import CofferCredentials
import CofferVault
import Foundation

/// Which programs replace a `client_secret` on this machine: `$XDG_CONFIG_HOME/coffer/drivers.json`.
///
/// A file of this user's and no part of a vault, where other identities write: see docs/decisions/0013-command-driver.md.
package struct ProgramSettings: Sendable {
    private struct Document: Codable {
        var version = 1
        var drivers: [ProgramSetting] = []
    }

    /// More is no list of programs: 1 MiB.
    private static let limit = 1 << 20

    /// The file; nil without a home.
    package let file: String?
    /// Where the programs' environment is chosen from.
    let environment: [String: String]

    /// No programs.
    package static let none = ProgramSettings(file: nil, environment: [:])

    private init(file: String?, environment: [String: String]) {
        self.file = file
        self.environment = environment
    }

    /// Finds the file by an environment.
    package init(_ environment: [String: String]) {
        self.init(
            file: VaultLocation.configurationFolder(environment).map { $0 + "/drivers.json" }, environment: environment)
    }

    /// The program of an app.
    ///
    /// - Parameters:
    ///   - app: The app's path.
    ///   - vault: The vault's id.
    /// - Returns: its setting; nil if none is set.
    /// - Throws: ``KeeperError`` `misconfigured` for a file that makes no sense, ``VaultError/Code/unsafePermissions`` for one
    ///   that others may write to.
    func setting(of app: String, in vault: String) throws -> ProgramSetting? {
        try read().drivers.last { $0.app == app && $0.vault == vault }
    }

    /// Writes another program of an app down, or that it has none.
    func set(_ setting: ProgramSetting?, of app: String, in vault: String) throws {
        guard let file else {
            throw KeeperError(.usage, "HOME is not set, so that there is no place for the settings of this machine")
        }
        var document = try read()
        document.drivers.removeAll { $0.app == app && $0.vault == vault }
        document.drivers += [setting].compactMap(\.self)
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
        try AtomicFile.makeFolder(FilePathText.folder(of: file))
        try AtomicFile.write(Array(encoder.encode(document)) + [0x0A], to: file, replacing: true)
    }

    private func read() throws -> Document {
        guard let file, AtomicFile.exists(file) else { return Document() }
        let text = try CheckedFile.read(file, limit: Self.limit, mayBeSeen: true)
        let document = try? StoredJSON.decode(Document.self, from: text.withExposedBytes { Array($0) })
        guard let document, document.version == 1, document.drivers.allSatisfy(\.isSound) else {
            throw KeeperError(
                .misconfigured,
                "\(file) is no list of programs as coffer app driver writes it; mend or remove it, then set them again")
        }
        return document
    }
}
