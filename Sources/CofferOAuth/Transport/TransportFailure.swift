// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

/// Why a request has no answer.
package struct TransportFailure: Error, Sendable, Equatable, CustomStringConvertible {
    /// The class of the failure.
    package enum Kind: String, Sendable {
        /// The name has no address.
        case resolution
        /// The name has an address that is not allowed.
        case refusedAddress
        /// No connection came about.
        case connection
        /// TLS failed for another reason than the certificate.
        case handshake
        /// The server's certificate does not verify, or the app's own authority cannot be read.
        case certificate
        /// The server refused the certificate that the app showed, or wanted one; nothing of the request was processed.
        case clientCertificate
        /// The connection broke.
        case broken
        /// The body is larger than the cap.
        case tooLarge
        /// The answer is no HTTP.
        case malformed
        /// The deadline passed.
        case timedOut
        /// The caller went away.
        case cancelled
        /// The request came late for its place under the provider's limit, so that it was not sent.
        case late
    }

    /// The class of the failure.
    package var kind: Kind
    /// A sentence without secrets.
    package var message: String
    /// What the system says was in the way, by which one of several addresses is told from another.
    var obstacle: ConnectionObstacle?

    /// Makes a failure.
    package init(_ kind: Kind, _ message: String) {
        self.kind = kind
        self.message = message
    }

    /// The sentence.
    package var description: String { message }
}
