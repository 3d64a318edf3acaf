// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

import CofferOAuth
import Synchronization
import Testing

@testable import CofferKeeper

@Suite(.timeLimit(.minutes(1))) struct `A code that is exchanged under a rate limit` {
    /// A network that notes when a request is handed over, to be connected, and when its first byte may go.
    private final class Noting: HTTPTransport {
        struct Note {
            let handedOver: Duration
            let departed: Duration
        }

        private let network: any HTTPTransport
        private let clock: NappingClock
        private let kept = Mutex<[Note]>([])

        init(_ network: any HTTPTransport, _ clock: NappingClock) {
            self.network = network
            self.clock = clock
        }

        var notes: [Note] { kept.withLock { $0 } }

        func send(_ request: HTTPMessage, deadline: Duration) async -> TransportOutcome {
            let handedOver = clock.now.offset
            do { try await request.departure?() } catch {
                return .notSent(TransportFailure(.cancelled, "Made up: it did not depart."))
            }
            kept.withLock { $0.append(Note(handedOver: handedOver, departed: clock.now.offset)) }
            var sent = request
            sent.departure = nil
            return await network.send(sent, deadline: deadline)
        }
    }

    @Test func `is got ready before its place, and goes at it`() async throws {
        try await KeeperWorld.with(accounts: []) { world in
            let clock = NappingClock()
            let network = Noting(world.transport, clock)
            var effects = world.effects(network)
            effects.clock = clock
            let keeper = try await Keeper.open(world.location, effects: effects)
            for account in ["acme", "birch"] { _ = try await world.found(account, with: keeper) }
            // Seven in 1.04 s, of which the first waited for nobody.
            let second = try #require(network.notes.dropFirst().first)
            #expect(second.departed >= .milliseconds(148) && second.departed < .milliseconds(150))
            #expect(second.departed - second.handedOver > .milliseconds(90))
        }
    }
}
