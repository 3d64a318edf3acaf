// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

package import CofferOAuth

/// Replaces an app's `client_secret` at its provider, or says what a person must do.
///
/// A driver touches no vault: what it brings is sealed by its caller, except what must be durable before the driver goes
/// on, which it hands to `keep`.
package protocol SecretDriver: Sendable {
    /// Replaces the secret, or finds the one that a lost request has made.
    ///
    /// The request is in the journal before this is called. It makes at most one change at the provider and never a
    /// second registration.
    /// - Parameters:
    ///   - order: what is to be replaced.
    ///   - keep: makes a new way to the registration durable; called before the new secret is looked at. If it throws,
    ///     nothing more is done.
    /// - Returns: the new secret, or what a person must do.
    /// - Throws: `OAuthError` when the provider could not be asked or its answer makes no sense, and what `keep` throws.
    ///   Where a request may have arrived, the next call carries `mayHaveBeenSent`.
    func replaceSecret(
        _ order: ReplacementOrder, keep: @escaping @Sendable (RegistrationAccess) async throws -> Void
    ) async throws -> ReplacementAnswer
}
