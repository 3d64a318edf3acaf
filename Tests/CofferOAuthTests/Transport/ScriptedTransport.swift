// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

import CofferCredentials
import Synchronization

@testable import CofferOAuth

/// A transport that answers from a script and remembers what it was asked.
final class ScriptedTransport: HTTPTransport {
    private struct State {
        var outcomes: [TransportOutcome]
        var requests: [HTTPMessage] = []
    }

    private let state: Mutex<State>

    init(_ outcomes: TransportOutcome...) { state = Mutex(State(outcomes: outcomes)) }

    convenience init(_ status: Int, _ body: String, headers: [(name: String, value: String)] = []) {
        self.init(.answered(HTTPAnswer(status: status, headers: headers, body: Secret(body))))
    }

    var requests: [HTTPMessage] { state.withLock(\.requests) }

    func send(_ request: HTTPMessage, deadline: Duration) async -> TransportOutcome {
        state.withLock { state in
            state.requests.append(request)
            guard !state.outcomes.isEmpty else { return .notSent(TransportFailure(.connection, "The script is over.")) }
            return state.outcomes.removeFirst()
        }
    }
}

extension TransportOutcome {
    /// A JSON answer.
    static func json(_ status: Int, _ body: String) -> TransportOutcome {
        .answered(
            HTTPAnswer(status: status, headers: [("Content-Type", "application/json")], body: Secret(body)))
    }
}

extension HTTPMessage {
    /// The body as text, for comparing.
    var bodyText: String { body?.withExposedText { String($0) } ?? "" }
    /// `Authorization` as text, for comparing.
    var authorizationText: String { authorization?.withExposedText { String($0) } ?? "" }
}
