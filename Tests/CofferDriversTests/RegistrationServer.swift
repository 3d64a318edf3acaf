// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

import CofferCredentials
import CofferOAuth
import Foundation
import Synchronization

/// A client configuration endpoint in memory (RFC 7592 §2), with the habits of the servers that were seen.
final class RegistrationServer: HTTPTransport {
    /// What it does beside the plain protocol.
    struct Habits: Sendable {
        /// Glewlwyd: each PUT makes a new secret.
        var makesSecret = true
        /// django-oauth-toolkit: secrets are hashed, no answer has one.
        var showsSecret = true
        /// django-oauth-toolkit: each PUT makes a new registration token, the old one is dead at once.
        var rotatesToken = false
        /// RFC 7592 §3 allows a new token in the answer to a GET as well.
        var rotatesTokenOnRead = false
        /// How the next PUTs go wrong, in order.
        var troubles: [Trouble] = []
        /// The status of every GET, if it isn't to be 200.
        var readStatus: Int?
        /// The configuration endpoint that answers name, if not the one that was asked.
        var namedURI: String?
    }

    enum Trouble: Sendable {
        /// The change is made, the answer is lost.
        case lostAfter
        /// The request is lost on its way.
        case lostBefore
        /// Nothing was written.
        case notSent
        /// The change is made, the answer is a page.
        case page
    }

    struct State: Sendable {
        var habits: Habits
        var secret = "old-secret"
        var token = "token-1"
        var log: [String] = []
        var bodies: [String] = []
    }

    static let uri = "https://provider.example/register/id-1"

    let state: Mutex<State>

    init(_ habits: Habits = Habits()) {
        state = Mutex(State(habits: habits))
    }

    func send(_ request: HTTPMessage, deadline: Duration) async -> TransportOutcome {
        state.withLock { state in
            state.log.append(request.method.rawValue)
            let bearer = request.authorization?.withExposedText { $0 } ?? ""
            guard bearer == "Bearer \(state.token)" else {
                return .answered(HTTPAnswer(status: 401, body: Secret(#"{"error":"invalid_token"}"#)))
            }
            switch request.method {
            case .get:
                if let status = state.habits.readStatus { return .answered(HTTPAnswer(status: status)) }
                if state.habits.rotatesTokenOnRead { Self.rotateToken(&state) }
                return .answered(Self.answer(state, isRead: true))
            case .put:
                state.bodies.append(request.body?.withExposedText { $0 } ?? "")
                return Self.put(&state)
            case .post, .head, .delete:
                return .answered(HTTPAnswer(status: 500))
            }
        }
    }

    private static func put(_ state: inout State) -> TransportOutcome {
        let trouble = state.habits.troubles.isEmpty ? nil : state.habits.troubles.removeFirst()
        switch trouble {
        case .notSent: return .notSent(TransportFailure(.connection, "no connection"))
        case .lostBefore: return .lost(TransportFailure(.broken, "the connection broke"))
        default: break
        }
        if state.habits.makesSecret { state.secret = "new-secret-\(state.bodies.count)" }
        if state.habits.rotatesToken { rotateToken(&state) }
        switch trouble {
        case .lostAfter: return .lost(TransportFailure(.timedOut, "no answer in time"))
        case .page: return .answered(HTTPAnswer(status: 200, body: Secret("<html>maintenance</html>")))
        default: return .answered(answer(state, isRead: false))
        }
    }

    private static func rotateToken(_ state: inout State) {
        let number = Int(state.token.split(separator: "-").last ?? "1") ?? 1
        state.token = "token-\(number + 1)"
    }

    private static func answer(_ state: State, isRead: Bool) -> HTTPAnswer {
        var members: [String: Any] = [
            "client_id": "id-1", "client_name": "Coffer", "redirect_uris": ["https://app.example/callback"],
            "grant_types": ["authorization_code", "refresh_token"], "client_id_issued_at": 1_795_000_000,
            "registration_client_uri": state.habits.namedURI ?? uri,
        ]
        if state.habits.showsSecret {
            members["client_secret"] = state.secret
            members["client_secret_expires_at"] = 0
        }
        if isRead ? state.habits.rotatesTokenOnRead : state.habits.rotatesToken {
            members["registration_access_token"] = state.token
        }
        let body = (try? JSONSerialization.data(withJSONObject: members)) ?? Data()
        return HTTPAnswer(
            status: 200, headers: [("Content-Type", "application/json")], body: Secret(bytes: body))
    }

    var log: [String] { state.withLock { $0.log } }
    var bodies: [String] { state.withLock { $0.bodies } }
    var secret: String { state.withLock { $0.secret } }
    var token: String { state.withLock { $0.token } }
}
