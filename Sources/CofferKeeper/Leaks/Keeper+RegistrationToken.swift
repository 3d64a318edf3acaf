// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

package import CofferCredentials
import CofferOAuth
import CofferVault

extension Keeper {
    /// What is left to do where a leaked registration token is in force still.
    package static var registrationTokenRemedy: String { LeakSteps.endOfRegistrationToken }

    /// Runs what replaces the secret of an app whose registration token leaked, and tells whether that token is still the same.
    ///
    /// A provider need not replace it with the secret (RFC 7592 §2.2), and where another driver does the work nobody asks it to.
    ///
    /// - Parameters:
    ///   - app: The app.
    ///   - body: What is run.
    /// - Returns: what the body returned, and whether the vault has the token from before.
    /// - Throws: ``KeeperError`` `not_permitted`, `not_found`, `wrong_kind`; what the body throws.
    package func watchingRegistrationToken<R>(
        of app: CredentialPath, _ body: () async throws -> R
    ) async throws -> (result: R, isKept: Bool) {
        let before = try await registrationToken(of: app)
        let result = try await body()
        guard let before else { return (result, false) }
        return (result, try await registrationToken(of: app) == before)
    }

    private func registrationToken(of app: CredentialPath) async throws -> Secret? {
        try requireIssuer(app)
        return try AppRecord(try await entry(app, .app)).registration?.registration?.token
    }
}
