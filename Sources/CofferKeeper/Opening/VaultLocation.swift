// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

package import CofferCredentials
package import CofferVault

/// Where the vault and the identity are: flags before environment before defaults (docs/environment.md).
package struct VaultLocation: Sendable {
    /// The vault's file, or the URL of its database.
    package let vaultPath: String
    /// Where the identity comes from.
    package let identity: IdentitySource
    /// A manifest to trust besides the one in the identity, for whoever keeps no record.
    package let pin: Pin?
    /// Coffer's folder for what a person sets; nil without a home (XDG Base Directory Specification).
    package static func configurationFolder(_ environment: [String: String]) -> String? {
        (try? folder("XDG_CONFIG_HOME", ".config", environment)).map { $0 + "/coffer" }
    }

    /// Coffer's folder for what is kept of a machine's past; nil where there is none.
    package let stateFolder: String?
    /// What processes of one user name a database by, in place of a file's numbers; nil for a file, and where the environment was not looked at.
    package let databaseMark: String?

    /// Names them.
    package init(
        vaultPath: String, identity: IdentitySource, pin: Pin? = nil, stateFolder: String? = nil,
        databaseMark: String? = nil
    ) {
        self.vaultPath = vaultPath
        self.identity = identity
        self.pin = pin
        self.stateFolder = stateFolder
        self.databaseMark = databaseMark
    }

    /// Finds both.
    ///
    /// - Parameters:
    ///   - environment: The process's environment.
    ///   - vault: The flag that names the vault, if given.
    ///   - identityFile: The flag that names the identity's file, if given.
    ///   - identityDescriptor: The flag that names an open descriptor, if given.
    ///   - identityCommand: The flag that names a program, if given.
    ///   - sealedIdentity: The flag that names an identity in the vault, if given; it is told where the vault is.
    ///   - pin: The flag that names a manifest to trust, if given.
    /// - Returns: where they are; nothing was looked at.
    /// - Throws: ``KeeperError/Code/usage`` if there is no home to derive defaults from, ``VaultError/Code/invalidIdentity``
    ///   for a pin that is none: whoever names one must not be served without it.
    package static func resolve(
        environment: [String: String], vault: String? = nil, identityFile: String? = nil,
        identityDescriptor: Int32? = nil, identityCommand: String? = nil,
        sealedIdentity: ((String) -> SealedIdentity)? = nil, pin: String? = nil
    ) throws -> VaultLocation {
        let named = vault ?? set("COFFER_VAULT", environment)
        let vaultPath = try named ?? folder("XDG_DATA_HOME", ".local/share", environment) + "/coffer/vault.db"
        // Not repeated: a password may be in it.
        guard DatabaseURL.isOne(vaultPath) || !vaultPath.contains("://") else {
            throw KeeperError(.usage, "the vault's URL is none of PostgreSQL's (postgres://…), and no file's path")
        }
        return VaultLocation(
            vaultPath: vaultPath,
            identity: try sealedIdentity.map { .sealed($0(vaultPath)) }
                ?? identity(environment, identityFile, identityDescriptor, identityCommand),
            pin: try (pin ?? set("COFFER_PIN", environment)).map { try PinText(reading: $0).pin },
            stateFolder: stateFolder(environment), databaseMark: databaseMark(vaultPath, environment))
    }

    private static func identity(
        _ environment: [String: String], _ identityFile: String?, _ descriptor: Int32?, _ command: String?
    ) throws -> IdentitySource {
        if let identityFile { return .file(identityFile) }
        if let command { return .command(try IdentityProgram(command, environment: environment)) }
        if let descriptor { return .descriptor(descriptor) }
        if set("COFFER_IDENTITY", environment) != nil { return .environment("COFFER_IDENTITY") }
        if let file = set("COFFER_IDENTITY_FILE", environment) { return .file(file) }
        if let command = set("COFFER_IDENTITY_COMMAND", environment) {
            return .command(try IdentityProgram(command, environment: environment))
        }
        if let folder = set("CREDENTIALS_DIRECTORY", environment) {
            // https://systemd.io/CREDENTIALS: one file per credential, readable by this service only.
            let file = folder + "/coffer.identity"
            if AtomicFile.exists(file) { return .credential(file) }
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

extension VaultLocation {
    /// The identity's file; nil if it comes from elsewhere.
    var identityPath: String? {
        if case .file(let path) = identity { path } else { nil }
    }

    /// Coffer's folder for what is kept of a machine's past; nil without a home (XDG Base Directory Specification).
    static func stateFolder(_ environment: [String: String]) -> String? {
        (try? folder("XDG_STATE_HOME", ".local/state", environment)).map { $0 + "/coffer" }
    }

    /// Whether the environment names an identity, so that the default file does not count.
    package static func namesIdentity(_ environment: [String: String]) -> Bool {
        let names = ["COFFER_IDENTITY", "COFFER_IDENTITY_FILE", "COFFER_IDENTITY_COMMAND"]
        if names.contains(where: { set($0, environment) != nil }) { return true }
        return set("CREDENTIALS_DIRECTORY", environment).map { AtomicFile.exists($0 + "/coffer.identity") } ?? false
    }

    /// Whether the environment names a manifest to trust.
    package static func namesPin(_ environment: [String: String]) -> Bool { set("COFFER_PIN", environment) != nil }

    /// Where the agent's socket is: the flag before `COFFER_AGENT_SOCKET` before the runtime folder before the state folder.
    ///
    /// - Throws: ``KeeperError/Code/usage`` if there is no folder to derive a default from.
    package static func agentSocket(_ environment: [String: String], named path: String? = nil) throws -> String {
        if let path = path ?? set("COFFER_AGENT_SOCKET", environment) { return FilePathText.absolute(path) }
        if let folder = set("XDG_RUNTIME_DIR", environment), folder.hasPrefix("/") {
            return folder + "/coffer/agent.sock"
        }
        guard let folder = stateFolder(environment) else {
            throw KeeperError(.usage, "HOME is not set; name the agent's socket with --socket")
        }
        return folder + "/agent.sock"
    }

    /// Where the socket of a connection's proxy is: the flag before the runtime folder before the state folder.
    ///
    /// `main/amocrm/acme` has `main+amocrm+acme.sock`: no path holds a `+`, so that no two share a name.
    ///
    /// - Throws: ``KeeperError/Code/usage`` if there is no folder to derive a default from.
    package static func proxySocket(
        _ environment: [String: String], for connection: CredentialPath, named path: String? = nil
    ) throws -> String {
        if let path { return FilePathText.absolute(path) }
        let name = "/proxy/" + connection.description.split(separator: "/").joined(separator: "+") + ".sock"
        if let folder = set("XDG_RUNTIME_DIR", environment), folder.hasPrefix("/") { return folder + "/coffer" + name }
        guard let folder = stateFolder(environment) else {
            throw KeeperError(.usage, "HOME is not set; name the proxy's socket with --socket")
        }
        return folder + name
    }
}
