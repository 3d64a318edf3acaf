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

/// A provider that takes 150 ms to answer, hears of a request up to some time after it was sent, and counts.
final class CountingProvider: HTTPTransport {
    private static let answerTime = Duration.milliseconds(150)

    let clock: VirtualClock
    private let slowness: Duration
    private let state: Mutex<(limiter: RequestLimiter, arrivals: [Duration], refused: Int, generator: SplitMix64)>

    init(_ clock: VirtualClock, _ limits: LimitSettings, slowness: Duration) {
        self.clock = clock
        self.slowness = slowness
        state = Mutex((RequestLimiter(settings: limits), [], 0, SplitMix64(state: 4)))
    }

    var arrivals: [Duration] { state.withLock { $0.arrivals } }
    var refusedCount: Int { state.withLock { $0.refused } }

    func send(_ request: HTTPMessage, deadline: Duration) async -> TransportOutcome {
        let way = slowness * state.withLock { Double.random(in: 0..<1, using: &$0.generator) }
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
