// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

/// The parts of the emulated service that a request can be for; rules and the log use these names.
package enum Endpoint: String, Sendable, Codable, CaseIterable {
    /// `GET` and `POST /oauth`: the consent page.
    case consent
    /// `POST /oauth2/access_token`.
    case token
    /// `GET /api/v4/account`.
    case account
    /// `GET /oauth2/account/current/subdomain`.
    case subdomain
    /// `/operator`: what an administrator does by hand in the vendor's interface.
    case `operator`
    /// `/sandbox/…`: faults and the log; not part of the emulation, neither limited nor logged.
    case control
    /// Anything else.
    case unknown

    /// Tells the endpoint from the path.
    init(path: String) {
        switch path {
        case "/oauth", "/oauth/": self = .consent
        case "/oauth2/access_token": self = .token
        case "/api/v4/account": self = .account
        case "/oauth2/account/current/subdomain": self = .subdomain
        default:
            if path == "/operator" || path.hasPrefix("/operator/") {
                self = .operator
            } else if path.hasPrefix("/sandbox/") {
                self = .control
            } else {
                self = .unknown
            }
        }
    }
}
