// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

import CofferCredentials
import CofferVault
import Foundation

extension Keeper {
    /// A connection's token or a secret's value as a credential.
    func credential(for request: CredentialRequest) async throws -> Credential {
        guard let entry = try await vault.inspect(request.path) else {
            throw KeeperError(.notFound, "there is no entry \(request.path)", path: request.path)
        }
        switch entry.kind {
        case .connection:
            return try await token(request.path, minimumValidity: request.minimumValidity, isStrict: true).credential
        case .secret:
            let value = try await get(request.path)
            return Credential(
                path: request.path, value: value, tokenType: nil, expiresAt: nil, scope: nil, accountURL: nil,
                version: Int(entry.version))
        case .app:
            throw KeeperError(.wrongKind, "\(request.path) is an app; name one of its connections", path: request.path)
        }
    }
}
