// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

package import CofferCredentials
import CofferVault

extension Keeper {
    /// What stands where a binding points; nothing of it is handed out.
    package enum BoundEntry: Sendable {
        /// Nothing yet: what the tool stores may come here.
        case nothing
        /// A connection, whose tokens are Coffer's to replace.
        case connection
        /// A static secret.
        case secret
    }

    /// Looks at what stands where a binding points.
    ///
    /// - Throws: ``KeeperError`` `wrong_kind` for an app, whose `client_secret` no tool gets.
    package func boundEntry(_ path: CredentialPath) async throws -> BoundEntry {
        guard let entry = try await vault.inspect(path) else { return .nothing }
        switch entry.kind {
        case .connection: return .connection
        case .secret: return .secret
        case .app:
            throw KeeperError(.wrongKind, "\(path) is an app; bind one of its connections", path: path)
        default: throw VaultError.newer("\(path)")
        }
    }
}
