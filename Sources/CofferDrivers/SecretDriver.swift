// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

package import CofferOAuth
package import CofferRotation

/// Replaces an app's `client_secret` at its provider, or says what a person must do.
///
/// A driver touches no vault: what it brings is sealed by its caller, except what must be durable before the driver goes
/// on, which it hands to `keep`.
package protocol SecretDriver: Sendable {
    /// Whether a new secret can stand beside the old one until the old one is removed.
    ///
    /// Where it can, a rotation never calls ``replaceSecret(_:keep:)``: it adds a secret, has it proven and puts it in
    /// force, and then has the old one removed, after a leak at once, otherwise once every connection is reissued. Only a
    /// person is asked after a leak to do both in one go.
    func overlaps(_ registration: ClientRegistration) -> Bool

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

    /// Makes a second secret beside the one in force, which stays in force.
    ///
    /// As ``replaceSecret(_:keep:)``, and it removes what nobody needs (``ReplacementOrder/unwanted``, and what a lost
    /// request of the same rotation or of an abandoned one left behind where its value can't be had again) before it adds another.
    func addSecret(
        _ order: ReplacementOrder, keep: @escaping @Sendable (RegistrationAccess) async throws -> Void
    ) async throws -> ReplacementAnswer

    /// Removes the old secret; one that is gone already is removed.
    ///
    /// It may be called again after a kill or a lost answer. It never removes the secret in force: where the provider does
    /// not say which is which, a person must.
    /// - Parameter order: which one goes, and which one stays.
    /// - Returns: that it is gone, or what a person must do.
    /// - Throws: `OAuthError` when the provider could not be asked or its answer makes no sense.
    func removeSecret(_ order: RemovalOrder) async throws -> SecretRemoval
}
