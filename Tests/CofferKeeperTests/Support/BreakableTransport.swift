// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

import CofferCredentials
import CofferOAuth
import Synchronization

/// A network on which some requests come to nothing, for as long as a test wants.
final class BreakableTransport: HTTPTransport {
    /// What no server has a part in.
    static let silence = TransportOutcome.notSent(TransportFailure(.connection, "Made up: nobody listens."))

    private struct State {
        var outcome = BreakableTransport.silence
        var isConcerned: @Sendable (String) -> Bool = { _ in false }
        var count = 0
    }

    private let network: any HTTPTransport
    private let state = Mutex(State())

    /// How many requests came to nothing.
    var count: Int { state.withLock { $0.count } }

    init(_ network: any HTTPTransport) { self.network = network }

    /// Has every request end so whose body is a concerned one.
    func fail(
        _ outcome: TransportOutcome = BreakableTransport.silence,
        where isConcerned: @escaping @Sendable (String) -> Bool = { _ in true }
    ) {
        state.withLock { state in
            state.outcome = outcome
            state.isConcerned = isConcerned
        }
    }

    func mend() { fail { _ in false } }

    func send(_ request: HTTPMessage, deadline: Duration) async -> TransportOutcome {
        let body = request.body?.withExposedText { $0 } ?? ""
        let outcome = state.withLock { state -> TransportOutcome? in
            guard state.isConcerned(body) else { return nil }
            state.count += 1
            return state.outcome
        }
        if let outcome { return outcome }
        return await network.send(request, deadline: deadline)
    }
}
