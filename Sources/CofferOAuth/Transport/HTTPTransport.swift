// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

/// Sends one request and waits for its whole answer.
///
/// A conformer sends at most once, follows no redirect, and says ``TransportOutcome/notSent(_:)``
/// only if it is certain that no byte of the request was written. It awaits the request's departure as late as it can:
/// a server counts when a request arrives, not when its connection was begun. One that does not depart is not sent.
package protocol HTTPTransport: Sendable {
    /// Sends a request.
    ///
    /// - Parameters:
    ///   - request: goes to a host that ``HostRule`` has approved.
    ///   - deadline: one for everything: resolution, connection, head and body.
    /// - Returns: how it ended; a transport does not throw.
    func send(_ request: HTTPMessage, deadline: Duration) async -> TransportOutcome
}
