// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

/// The parts of an emulated service that a request can be for; rules and the log use these names.
public enum Endpoint: String, Sendable, Codable, CaseIterable {
    /// The page on which a person grants access.
    case consent
    /// Where codes and refresh tokens are exchanged.
    case token
    /// A call of the API that says whose token it is.
    case account
    /// The strict server: `/administration/VENDOR/…`, a vendor's API for replacing client secrets.
    case administration
    /// amoCRM: `GET /oauth2/account/current/subdomain`.
    case subdomain
    /// Where a device asks for a code to show (RFC 8628 §3.1).
    case device
    /// Where a token is asked about (RFC 7662).
    case introspection
    /// What a server says of itself (RFC 8414, OpenID Connect Discovery), and its keys.
    case metadata
    /// Where an authorization request is left beforehand (RFC 9126).
    case pushed
    /// Where clients are registered and managed (RFC 7591, RFC 7592).
    case registration
    /// Where a token is revoked (RFC 7009).
    case revocation
    /// `/operator`: what an administrator does by hand in the vendor's interface.
    case `operator`
    /// `/sandbox/…`: faults and the log; not part of the emulation, neither limited nor logged.
    case control
    /// Anything else.
    case unknown

    /// Tells the endpoint from the path.
    init(path: String, of provider: any EmulatedProvider) {
        if path == "/operator" || path.hasPrefix("/operator/") {
            self = .operator
        } else if path.hasPrefix("/sandbox/") {
            self = .control
        } else {
            self = provider.endpoint(of: path) ?? .unknown
        }
    }
}
