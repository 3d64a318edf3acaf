// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

import CofferVault

/// Where the vault and the identity are: flags before environment before defaults (docs/environment.md).
package struct VaultLocation: Sendable {
    /// The vault's file.
    package let vaultPath: String
    /// Where the identity comes from.
    package let identity: IdentitySource

    /// Names both.
    package init(vaultPath: String, identity: IdentitySource) {
        self.vaultPath = vaultPath
        self.identity = identity
    }

    /// Finds both.
    ///
    /// - Parameters:
    ///   - environment: The process's environment.
    ///   - vault: The flag that names the vault, if given.
    ///   - identityFile: The flag that names the identity's file, if given.
    ///   - identityDescriptor: The flag that names an open descriptor, if given.
    ///   - identityCommand: The flag that names a program, if given.
    /// - Returns: where they are; nothing was looked at.
    /// - Throws: ``KeeperError/Code/usage`` if there is no home to derive defaults from, and for variables of the
    ///   contract that this version does not heed: they are refused rather than passed over.
    package static func resolve(
        environment: [String: String], vault: String? = nil, identityFile: String? = nil,
        identityDescriptor: Int32? = nil, identityCommand: String? = nil
    ) throws -> VaultLocation {
        // Whoever names a manifest to trust must not be served without it.
        guard set("COFFER_PIN", environment) == nil else {
            throw KeeperError(.usage, "this version trusts the pin in the identity alone; unset COFFER_PIN")
        }
        let named = vault ?? set("COFFER_VAULT", environment)
        let vaultPath = try named ?? folder("XDG_DATA_HOME", ".local/share", environment) + "/coffer/vault.db"
        guard !vaultPath.contains("://") else {
            throw KeeperError(.usage, "this version keeps vaults in files; \(vaultPath) is not a file")
        }
        return VaultLocation(
            vaultPath: vaultPath,
            identity: try identity(environment, identityFile, identityDescriptor, identityCommand))
    }

    private static func identity(
        _ environment: [String: String], _ identityFile: String?, _ descriptor: Int32?, _ command: String?
    ) throws -> IdentitySource {
        if let identityFile { return .file(identityFile) }
        if let command { return .command(try IdentityCommand(command, environment: environment)) }
        if let descriptor { return .descriptor(descriptor) }
        if set("COFFER_IDENTITY", environment) != nil { return .environment("COFFER_IDENTITY") }
        if let file = set("COFFER_IDENTITY_FILE", environment) { return .file(file) }
        if let command = set("COFFER_IDENTITY_COMMAND", environment) {
            return .command(try IdentityCommand(command, environment: environment))
        }
        if let folder = set("CREDENTIALS_DIRECTORY", environment) {
            // https://systemd.io/CREDENTIALS: one file per credential, readable by this service only.
            let file = folder + "/coffer.identity"
            if AtomicFile.exists(file) { return .file(file) }
        }
        return .file(try folder("XDG_CONFIG_HOME", ".config", environment) + "/coffer/identity")
    }

    private static func set(_ name: String, _ environment: [String: String]) -> String? {
        environment[name].flatMap { $0.isEmpty ? nil : $0 }
    }

    /// A base folder (XDG Base Directory Specification): relative values are ignored, as it says.
    private static func folder(_ name: String, _ fallback: String, _ environment: [String: String]) throws -> String {
        if let value = set(name, environment), value.hasPrefix("/") { return value }
        guard let home = set("HOME", environment), home.hasPrefix("/") else {
            throw KeeperError(
                .usage, "HOME is not set; name the vault with --vault and the identity with --identity-file")
        }
        return home + "/" + fallback
    }
}
