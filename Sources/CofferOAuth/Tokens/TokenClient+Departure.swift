// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

import Synchronization

extension TokenClient {
    /// The same client, for requests whose first byte goes when a departure says so.
    func departing(at departure: RequestDeparture?) -> TokenClient {
        guard let departure else { return self }
        return TokenClient(
            transport: DepartingTransport(transport: transport, departure: departure), now: now, deadline: deadline,
            nonces: nonces)
    }
}

/// Says of each request when it may depart, and of one that does not why it was not sent.
private struct DepartingTransport: HTTPTransport {
    let transport: any HTTPTransport
    let departure: RequestDeparture

    func send(_ request: HTTPMessage, deadline: Duration) async -> TransportOutcome {
        var request = request
        let missed = Mutex<TransportFailure?>(nil)
        request.departure = { [departure] in
            do { try await departure.wait() } catch {
                let reason = (error as? OAuthError)?.message ?? "The request was given up before it was sent."
                missed.withLock { $0 = TransportFailure(error is OAuthError ? .late : .cancelled, reason) }
                throw error
            }
        }
        let outcome = await transport.send(request, deadline: deadline)
        guard case .notSent = outcome, let failure = missed.withLock({ $0 }) else { return outcome }
        return .notSent(failure)
    }
}
