// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

import CofferOAuth

/// The only way out of a drill: to its own sandbox, and to nobody else.
///
/// Every address in a drill is the sandbox's, as its descriptions are made. This is for the day on which one is not.
struct DrillTransport: HTTPTransport {
    /// What sends.
    let transport: any HTTPTransport

    /// The domain of the sandbox, `amocrm.localhost`.
    let domain: String

    /// Its port.
    let port: Int

    /// What must not pass over the time of a request; nil in real time.
    let clock: DrillClock?

    func send(_ request: HTTPMessage, deadline: Duration) async -> TransportOutcome {
        let url = request.destination.url
        guard url.isSecure, url.host == domain || url.host.hasSuffix(".\(domain)"), url.port == port else {
            return .notSent(
                TransportFailure(.refusedAddress, "A drill sends nothing to \(url.authority), only to its own sandbox.")
            )
        }
        guard let clock else { return await transport.send(request, deadline: deadline) }
        // A request waits for its place while that time may be passed over, and is under way from then on.
        do { try await request.departure?() } catch {
            return .notSent(TransportFailure(.timedOut, "The request did not depart."))
        }
        var message = request
        message.departure = nil
        return await clock.outside { [message] in await transport.send(message, deadline: deadline) }
    }
}
