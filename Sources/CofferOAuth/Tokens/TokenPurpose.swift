// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

/// What a token request asks for; the same error means different things.
enum TokenPurpose: String, Sendable {
    /// A refresh (RFC 6749 §6).
    case refresh = "refresh_token"
    /// The exchange of a code (RFC 6749 §4.1.3).
    case exchange = "authorization_code"
    /// The client's own token (RFC 6749 §4.4.2); there is no grant that could be dead.
    case clientCredentials = "client_credentials"
}
