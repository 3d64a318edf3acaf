// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

package import CofferCredentials

/// The way to a client's own registration (RFC 7592 §3).
package struct RegistrationAccess: Sendable, Equatable {
    /// The client configuration endpoint, `registration_client_uri`.
    package var uri: String
    /// The `registration_access_token`.
    package var token: Secret

    /// Names the endpoint and its token.
    package init(uri: String, token: Secret) {
        self.uri = uri
        self.token = token
    }
}
