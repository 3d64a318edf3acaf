// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

import CofferOAuth
import Synchronization

/// The life of a process: each durable write and each request is a point at which it may end, just before or just after.
final class Life: Sendable {
    enum Side: Sendable, CaseIterable { case before, after }

    struct Death: Error {}

    private struct State {
        var count = 0
        var isOver = false
    }

    private let end: Int?
    private let side: Side
    private let state = Mutex(State())

    /// A life that ends at a point, counted from 1; or never.
    init(endingAt end: Int? = nil, _ side: Side = .before) {
        self.end = end
        self.side = side
    }

    /// A life that ends right after a point, counted from 1, or before there is any.
    convenience init(endingAfter point: Int) {
        self.init(endingAt: max(point, 1), point == 0 ? .before : .after)
    }

    var isOver: Bool { state.withLock { $0.isOver } }
    var count: Int { state.withLock { $0.count } }

    /// Ends it now.
    func endNow() { state.withLock { $0.isOver = true } }

    func requireLife() throws {
        if isOver { throw Death() }
    }

    /// Comes to the next point.
    func enter() throws -> Int {
        try state.withLock { state in
            if state.isOver { throw Death() }
            state.count += 1
            if state.count == end, side == .before { state.isOver = true }
            if state.isOver { throw Death() }
            return state.count
        }
    }

    /// Leaves a point behind.
    func leave(_ point: Int) throws {
        try state.withLock { state in
            if point == end, side == .after { state.isOver = true }
            if state.isOver { throw Death() }
        }
    }
}

/// The network as a process with a life sees it.
struct MortalTransport: HTTPTransport {
    let network: any HTTPTransport
    let life: Life

    func send(_ request: HTTPMessage, deadline: Duration) async -> TransportOutcome {
        guard let point = try? life.enter() else { return .notSent(TransportFailure(.connection, "dead")) }
        let outcome = await network.send(request, deadline: deadline)
        guard (try? life.leave(point)) != nil else { return .lost(TransportFailure(.connection, "dead")) }
        return outcome
    }
}
