// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

package import CofferCredentials
import CofferOAuth

extension Keeper {
    /// Looks where a connection's API is; nothing is handed out.
    ///
    /// - Throws: ``KeeperError`` `not_found`, `wrong_kind` for what is no connection.
    package func accountPlace(of path: CredentialPath) async throws -> AccountPlace {
        let pair = try await pair(path)
        return AccountPlace(
            path: path, providerID: pair.app.providerID, host: pair.connection.displayHost,
            certificateAuthorityPEM: pair.app.registration?.trust.certificateAuthorityPEM)
    }
}
