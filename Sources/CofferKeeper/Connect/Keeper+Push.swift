// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

package import CofferCredentials
package import CofferOAuth
import CofferVault

extension Keeper {
    /// Where the browser goes for an attempt: with all that is asked for in the address, or, where the provider takes
    /// requests beforehand, with a reference to it (RFC 9126).
    package func address(of attempt: AuthorizationAttempt, connecting path: CredentialPath) async throws -> String {
        guard attempt.registration.provider.endpoints.pushedAuthorization != nil else {
            return try await self.client.address(of: attempt)
        }
        let client = try await pacer.approach(with: self.client, attempt.registration, account: nil)
        try await record(.connect, [path], "pushing an authorization request")
        return try await client.address(of: attempt)
    }
}
