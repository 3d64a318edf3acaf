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
    /// The exchange of a token for another (RFC 8693 §2.1); what is wrong with it says nothing of the grant.
    case tokenExchange = "urn:ietf:params:oauth:grant-type:token-exchange"
    /// The exchange of a device's code (RFC 8628 §3.4).
    case deviceCode = "urn:ietf:params:oauth:grant-type:device_code"

    /// Whether no grant is presented that could be found dead.
    var presentsNoGrant: Bool { self == .clientCredentials || self == .tokenExchange }
}
