// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

import Foundation

/// Which programs and which vendors' APIs replace a `client_secret` on this machine: `$XDG_CONFIG_HOME/coffer/drivers.json`.
///
/// A file of this user's and no part of a vault, where other identities write: see docs/decisions/0013-command-driver.md and
/// docs/decisions/0014-api-drivers.md.
package struct ProgramSettings: Sendable {
    private struct Document: Codable {
        var version = 1
        var drivers: [ProgramSetting] = []
        var apis: [APISetting]?
    }

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

    /// The vendor's API of an app.
    ///
    /// - Throws: as ``setting(of:in:)``.
    func api(of app: String, in vault: String) throws -> APISetting? {
        try read().apis?.last { $0.app == app && $0.vault == vault }
    }

    /// Writes another program of an app down, or that it has none; of a program and an API there is one at most.
    func set(_ setting: ProgramSetting?, of app: String, in vault: String) throws {
        try write(of: app, in: vault) { $0.drivers += [setting].compactMap(\.self) }
    }

    /// Writes another API of an app down, in place of what was set before.
    func set(_ setting: APISetting, of app: String, in vault: String) throws {
        try write(of: app, in: vault) { $0.apis = ($0.apis ?? []) + [setting] }
    }

    private func write(of app: String, in vault: String, _ body: (inout Document) -> Void) throws {
        try SettingsFile(path: file).change(read) { document in
            document.drivers.removeAll { $0.app == app && $0.vault == vault }
            document.apis?.removeAll { $0.app == app && $0.vault == vault }
            body(&document)
        }
    }

    private func read() throws -> Document {
        try SettingsFile(path: file).read(
            Document.self,
            where: { document in
                document.version == 1 && document.drivers.allSatisfy(\.isSound)
                    && document.apis?.allSatisfy(\.isSound) ?? true
            }, "list of drivers as coffer app driver writes it") ?? Document()
    }
}
