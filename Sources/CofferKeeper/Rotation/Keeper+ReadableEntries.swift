// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

import CofferCredentials
import CofferRotation
import CofferVault

extension Keeper {
    /// The connections of an app that can be read, also where something in the vault can't.
    ///
    /// After a leak one damaged row, whosever it is, keeps neither the secret from being replaced nor the other connections from their
    /// tokens: whoever can write the file could stop every containment with one byte. A rotation is not closed before all can be read,
    /// since what can't may be a connection of the app.
    func readableConnections(of app: CredentialPath) async throws -> [Entry] {
        try await readableEntries().filter { $0.isConnection(of: app) }
    }

    /// The connections that a rotation of an app works on: all, or after a leak those that can be read.
    func connections(of app: CredentialPath, in mode: RotationMode) async throws -> [Entry] {
        switch mode {
        case .leak: try await readableConnections(of: app)
        case .planned: try await connections(of: app)
        }
    }

    /// What can be read of the vault; that something can't is said.
    ///
    /// - Throws: ``VaultError`` where not one row but the vault is the trouble.
    func readableEntries() async throws -> [Entry] {
        do {
            return try await vault.inspectAll()
        } catch let error as VaultError where error.code == .damaged {
            let entries = try await vault.inspectReadable().entries
            effects.log.warning(
                "an entry of the vault is damaged; the rotation goes on with the others, and is closed when all can be read: coffer verify"
            )
            return entries
        }
    }
}
