// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

/// How one HTTP request ended.
package enum TransportOutcome: Sendable {
    /// A whole answer came, whatever its status.
    case answered(HTTPAnswer)
    /// No byte of the request was written.
    case notSent(TransportFailure)
    /// The request may have arrived; no whole answer came.
    case lost(TransportFailure)
}
