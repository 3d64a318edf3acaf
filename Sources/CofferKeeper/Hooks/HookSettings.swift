// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

/// Who is told of rotations from this machine: `$XDG_CONFIG_HOME/coffer/hooks.json`, and what this run was told besides.
///
/// A file of this user's and no part of a vault, where other identities write: see docs/decisions/0015-hooks.md.
package struct HookSettings: Sendable {
    private struct Document: Codable {
        var version = 1
        var hooks: [HookSetting] = []
    }

    /// The file; nil without a home.
    package let file: String?
    /// The folder where it is kept who has heard what; nil without a home.
    let recordFolder: String?
    /// Where the program's environment is chosen from.
    let environment: [String: String]
    /// The program of this run, in the place of the one that is set.
    package var command: [String]?
    /// How long one run of a program may take.
    var patience = NotifyProgram.patience

    /// Nobody.
    package static let none = HookSettings(file: nil, recordFolder: nil, environment: [:])

    private init(file: String?, recordFolder: String?, environment: [String: String]) {
        self.file = file
        self.recordFolder = recordFolder
        self.environment = environment
    }

    /// Finds the file and the folder by an environment.
    package init(_ environment: [String: String]) {
        self.init(
            file: VaultLocation.configurationFolder(environment).map { $0 + "/hooks.json" },
            recordFolder: VaultLocation.stateFolder(environment).map { $0 + "/notices" }, environment: environment)
    }

    /// Who is told of the rotations of a vault.
    ///
    /// - Throws: ``KeeperError`` `misconfigured`, ``VaultError/Code/unsafePermissions`` for a file that others may write to.
    func setting(of vault: String) throws -> HookSetting {
        try read().hooks.last { $0.vault == vault } ?? HookSetting(vault: vault)
    }

    /// Changes who is told, and writes it down.
    func change(of vault: String, _ body: (inout HookSetting) -> Void) throws {
        try SettingsFile(path: file).change(read) { document in
            var setting = document.hooks.last { $0.vault == vault } ?? HookSetting(vault: vault)
            body(&setting)
            document.hooks.removeAll { $0.vault == vault }
            if !setting.isEmpty { document.hooks.append(setting) }
        }
    }

    private func read() throws -> Document {
        try SettingsFile(path: file).read(
            Document.self, where: { $0.version == 1 && $0.hooks.allSatisfy(\.isSound) },
            "list of hooks as coffer rotate hooks writes it") ?? Document()
    }
}
