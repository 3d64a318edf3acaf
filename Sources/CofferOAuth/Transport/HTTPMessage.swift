// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

package import CofferCredentials

/// An HTTP request to an approved destination.
package struct HTTPMessage: Sendable {
    /// The method (RFC 9110 §9).
    package enum Method: String, Sendable {
        /// Reads.
        case get = "GET"
        /// Issues, revokes, asks.
        case post = "POST"
        /// Replaces.
        case put = "PUT"
        /// Removes.
        case delete = "DELETE"
        /// Asks whether anybody is there.
        case head = "HEAD"
    }

    /// The method.
    package var method: Method
    /// Where it goes, and what that name may resolve to.
    package var destination: ApprovedDestination
    /// Header fields that hold no secret.
    package var headers: [(name: String, value: String)]
    /// The value of `Authorization`.
    package var authorization: Secret?
    /// One further header field that holds a secret.
    package var secretHeader: (name: String, value: Secret)?
    /// The body.
    package var body: Secret?
    /// Whose certificates are believed.
    package var trust: TrustSettings
    /// Awaited once there is a connection, right before the first byte: when the request may go.
    ///
    /// If it throws, nothing is sent.
    package var departure: (@Sendable () async throws -> Void)?

    /// Puts a request together.
    package init(
        _ method: Method, _ destination: ApprovedDestination, headers: [(name: String, value: String)] = [],
        authorization: Secret? = nil, body: Secret? = nil, trust: TrustSettings = TrustSettings()
    ) {
        self.method = method
        self.destination = destination
        self.headers = headers
        self.authorization = authorization
        self.body = body
        self.trust = trust
    }

    /// Sets header fields that hold no secret, each in place of those of its name.
    mutating func state(_ fields: [String: String]) {
        for (name, value) in fields.sorted(by: { $0.key < $1.key }) {
            headers.removeAll { $0.name.lowercased() == name.lowercased() }
            headers.append((name, value))
        }
    }
}
