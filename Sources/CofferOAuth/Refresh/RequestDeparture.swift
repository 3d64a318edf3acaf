// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

import Synchronization

/// When a request goes: at its place under the provider's limit, which its transport waits for with a connection in
/// hand.
///
/// A server counts when requests arrive. Between a place and the first byte would lie a commit, the name's resolution
/// and a handshake, of which the first in a process takes much longer than those that follow. So all of that comes
/// before the place, and whoever is late for it all the same takes another one. If there is none near enough, nothing is sent.
final class RequestDeparture: Sendable {
    private let pacer: RequestPacer
    private let providerID: String
    private let buckets: [PaceBucket]
    private let since: Duration
    /// Nil once it was used.
    private let place: Mutex<RequestPacer.Place?>

    /// The departure of a request that is got ready since a moment.
    init(_ place: RequestPacer.Place, since: Duration, of providerID: String, _ pacer: RequestPacer) {
        self.pacer = pacer
        self.providerID = providerID
        self.since = since
        buckets = place.buckets
        self.place = Mutex(place)
    }

    /// Waits until the first byte may go; whoever asks again, for a second request, waits for a place of its own.
    ///
    /// - Throws: as ``RequestPacer/detour(to:until:)``; then it must not go.
    func wait() async throws {
        let first = place.withLock { kept in
            defer { kept = nil }
            return kept
        }
        guard let first else {
            return try await pacer.detour(to: buckets, until: pacer.elapsed() + RequestPacer.longestDetour)
        }
        pacer.lead.took(pacer.elapsed() - since, providerID)
        try await pacer.arrive(first)
    }
}

extension RequestPacer {
    /// Takes a place for one request and waits until shortly before it.
    ///
    /// - Returns: the client to ask with, whose transport waits for the rest of the way.
    /// - Throws: as ``approach(_:account:within:)``.
    package func approach(
        with client: TokenClient, _ registration: ClientRegistration, account: String?
    ) async throws -> TokenClient {
        let place = try await approach(registration, account: account)
        return client.departing(at: RequestDeparture(place, since: elapsed(), of: registration.provider.id, self))
    }
}
