// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

/// What a provider wants in each token request beside what RFC 6749 names; none of it is secret.
package struct TokenRequestExtras: Sendable, Codable, Equatable {
    /// Header fields.
    package var headers: [String: String]
    /// Parameters of the body.
    package var parameters: [String: String]

    /// Names them.
    package init(headers: [String: String] = [:], parameters: [String: String] = [:]) {
        self.headers = headers
        self.parameters = parameters
    }
}
