// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

import CofferCredentials
import Synchronization

@testable import CofferOAuth
@testable import CofferSandbox

#if canImport(FoundationEssentials)
import FoundationEssentials
#else
import Foundation
#endif

/// A provider that takes a while to connect to, hears of a request up to some time after it was sent, counts, and takes
/// 150 ms to answer.
final class CountingProvider: HTTPTransport {
    /// How long connections take.
    struct Handshakes {
        /// As a process has not made one before: its first ones.
        var first = Duration.zero
        /// How many those are.
        var firstCount = 0
        /// At least, from then on.
        var least = Duration.zero
        /// And at most.
        var most = Duration.zero
    }

    private struct State {
        var limiter: RequestLimiter
        var arrivals: [Duration] = []
        var refused = 0
        var connections = 0
        var generator = SplitMix64(state: 4)
    }

    private static let answerTime = Duration.milliseconds(150)

    let clock: VirtualClock
    private let slowness: Duration
    private let handshakes: Handshakes
    private let state: Mutex<State>

    init(
        _ clock: VirtualClock, _ limits: LimitSettings, slowness: Duration, handshakes: Handshakes = Handshakes()
    ) {
        self.clock = clock
        self.slowness = slowness
        self.handshakes = handshakes
        state = Mutex(State(limiter: RequestLimiter(settings: limits)))
    }

    var arrivals: [Duration] { state.withLock { $0.arrivals } }
    var refusedCount: Int { state.withLock { $0.refused } }

    func send(_ request: HTTPMessage, deadline: Duration) async -> TransportOutcome {
        let (handshake, way) = state.withLock { state in
            state.connections += 1
            let part = Double.random(in: 0..<1, using: &state.generator)
            let way = slowness * Double.random(in: 0..<1, using: &state.generator)
            guard state.connections > handshakes.firstCount else { return (handshakes.first, way) }
            return (handshakes.least + (handshakes.most - handshakes.least) * part, way)
        }
        try? await clock.sleep(for: handshake)
        do { try await request.departure?() } catch {
            return .notSent(TransportFailure(.timedOut, "Made up: it did not depart."))
        }
        try? await clock.sleep(for: way)
        let number = state.withLock { state in
            let now = clock.now.offset
            let party = RequestLimiter.Party(clientID: "client", source: "here")
            state.arrivals.append(now)
            let verdict = state.limiter.admit(party, at: noon + now / .seconds(1))
            if verdict != .admitted { state.refused += 1 }
            return verdict == .admitted ? state.arrivals.count : nil
        }
        try? await clock.sleep(for: Self.answerTime)
        return number.map { .pair($0) } ?? .json(429, "{}")
    }
}

/// How many have not landed yet.
actor Tally {
    private(set) var left: Int
    init(_ count: Int) { left = count }
    func done() { left -= 1 }
}
