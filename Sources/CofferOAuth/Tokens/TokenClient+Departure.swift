// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

extension TokenClient {
    /// The same client, for requests whose first byte goes when a departure says so.
    func departing(at departure: RequestDeparture?) -> TokenClient {
        guard let departure else { return self }
        return TokenClient(
            transport: DepartingTransport(transport: transport, departure: departure), now: now, deadline: deadline,
            nonces: nonces)
    }
}

/// Says of each request when it may depart.
private struct DepartingTransport: HTTPTransport {
    let transport: any HTTPTransport
    let departure: RequestDeparture

    func send(_ request: HTTPMessage, deadline: Duration) async -> TransportOutcome {
        var request = request
        request.departure = { [departure] in await departure.wait() }
        return await transport.send(request, deadline: deadline)
    }
}
