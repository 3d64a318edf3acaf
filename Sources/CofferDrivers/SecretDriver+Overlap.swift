// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

package import CofferOAuth
package import CofferRotation

// What holds for a provider with one secret at a time: its driver says nothing of these.

extension SecretDriver {
    /// One secret at a time.
    package func overlaps(_ registration: ClientRegistration) -> Bool { false }

    /// Nothing can be added.
    package func addSecret(
        _ order: ReplacementOrder, keep: @escaping @Sendable (RegistrationAccess) async throws -> Void
    ) async throws -> ReplacementAnswer {
        throw Self.oneAtATime
    }

    /// Nothing can be removed.
    package func removeSecret(_ order: RemovalOrder) async throws -> SecretRemoval {
        throw Self.oneAtATime
    }

    private static var oneAtATime: OAuthError {
        OAuthError(.unsupported, "What replaces this app's client_secret holds one at a time.")
    }
}
