// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

/// Which entries answer other tools on this machine: `$XDG_CONFIG_HOME/coffer/bindings.json`.
///
/// A file of this user's and no part of a vault: who may write a vault must not decide which of its entries a tool here sends
/// where. It is read before a vault is opened, so that a tool that asks for something else waits for nothing.
package struct BindingSettings: Sendable {
    private struct Document: Codable {
        var version = 1
        var bindings: [Binding] = []
    }

    private let file: SettingsFile

    /// Finds the file by an environment.
    package init(_ environment: [String: String]) {
        file = SettingsFile(path: VaultLocation.configurationFolder(environment).map { $0 + "/bindings.json" })
    }

    /// All of them, by kind, by what they match and by name.
    ///
    /// - Throws: ``KeeperError`` `misconfigured`, ``VaultError/Code/unsafePermissions`` for a file that others may write to.
    package func all() throws -> [Binding] {
        try read().bindings.sorted {
            ($0.kind.rawValue, $0.match, $0.username ?? "") < ($1.kind.rawValue, $1.match, $1.username ?? "")
        }
    }

    /// Writes one down, in place of what the same request with the same name was bound to.
    ///
    /// - Returns: whether there was one.
    @discardableResult package func set(_ binding: Binding) throws -> Bool {
        try change { all in
            let before = all.count
            all.removeAll {
                $0.kind == binding.kind && $0.match == binding.match && $0.username == binding.username
            }
            defer { all.append(binding) }
            return all.count < before
        }
    }

    /// Takes away what a request is bound to; of one name alone if there is one.
    ///
    /// - Returns: whether there was anything.
    package func remove(_ kind: Binding.Kind, _ match: String, username: String? = nil) throws -> Bool {
        try change { all in
            let before = all.count
            all.removeAll {
                $0.kind == kind && $0.match == match && (username == nil || $0.username == username)
            }
            return all.count < before
        }
    }

    private func change(_ body: (inout [Binding]) -> Bool) throws -> Bool {
        try file.change(read) { body(&$0.bindings) }
    }

    private func read() throws -> Document {
        try file.read(Document.self, where: { $0.version == 1 }, "list of bindings as coffer bind writes it")
            ?? Document()
    }
}
