// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

/// What a code or token is bound to beside its grant, where the provider binds it.
struct Conditions: Sendable, Hashable {
    /// The scope, words separated by spaces.
    var scope: String?
    /// The redirect URI of the authorization request, to be repeated (RFC 6749 §4.1.3).
    var redirectURI: String?
    /// PKCE's challenge, method S256 (RFC 7636 §4.2).
    var challenge: String?
    /// The nonce for the ID token (OpenID Connect Core §3.1.2.1).
    var nonce: String?
    /// The key that must be proven: the `jkt` thumbprint (RFC 9449 §6.1).
    var keyThumbprint: String?
    /// Whom the token is for (RFC 8707 §2).
    var audience: String?
}
