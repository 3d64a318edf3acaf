// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

import CofferCredentials
import CofferOAuth
import CofferRotation
import Foundation
import Synchronization

@testable import CofferKeeper

/// An authorization server in memory that takes each of several client secrets, as long as they are not removed.
final class TwoSecretServer: HTTPTransport {
    /// What becomes of refreshes.
    enum Trouble: Sendable {
        /// Nobody listens.
        case silent
        /// The client is wrong in a way that no time mends.
        case misconfigured
    }

    private struct State {
        var accepted: Set<String> = ["secret"]
        var refresh = "r-1"
        var access = "first"
        var number = 1
        var presented: [String] = []
        var trouble: Trouble?
    }

    private let state = Mutex(State())

    /// The secrets that it takes.
    var accepted: Set<String> { state.withLock { $0.accepted } }

    /// The secrets that came with refreshes, in order.
    var refreshes: [String] { state.withLock { $0.presented } }

    func add(_ secret: String) { state.withLock { _ = $0.accepted.insert(secret) } }
    func remove(_ secret: String) { state.withLock { _ = $0.accepted.remove(secret) } }

    /// Has it take one secret and no other.
    func replaceAll(with secret: String) { state.withLock { $0.accepted = [secret] } }

    /// Has every refresh come to nothing, or to something again.
    func fail(_ trouble: Trouble?) { state.withLock { $0.trouble = trouble } }

    /// What a test's provider says of itself: a person makes a second secret and removes the old one.
    static func describe(_ provider: inout ProviderDescription) {
        provider.refreshTokens = RefreshTokenBehaviour(rotation: .always)
        provider.endpoints.introspection = "https://as.example/introspect"
        provider.secretProbe = .introspection
        provider.tokenProbe = .introspection
        provider.secretFacts = SecretFacts(overlap: .untilRemoved, tokensSurvive: true)
    }

    func send(_ request: HTTPMessage, deadline: Duration) async -> TransportOutcome {
        let fields = Self.fields(request.body?.withExposedText { $0 } ?? "")
        let path = request.destination.url.pathAndQuery
        if path == "/token" {
            switch state.withLock({ $0.trouble }) {
            case .silent: return .notSent(TransportFailure(.connection, "Made up: nobody listens."))
            case .misconfigured:
                return .answered(HTTPAnswer(status: 400, body: Secret(#"{"error":"invalid_scope"}"#)))
            case nil: break
            }
        }
        let (status, text) = state.withLock { state -> (Int, String) in
            let secret = fields["client_secret"] ?? ""
            guard state.accepted.contains(secret) else { return (401, #"{"error":"invalid_client"}"#) }
            if path == "/introspect" {
                return (200, fields["token"] == state.access ? #"{"active":true}"# : #"{"active":false}"#)
            }
            state.presented.append(secret)
            guard fields["refresh_token"] == state.refresh else { return (400, #"{"error":"invalid_grant"}"#) }
            state.number += 1
            state.refresh = "r-\(state.number)"
            state.access = "made-up-access-\(state.number)"
            return (
                200, #"{"access_token":"\#(state.access)","refresh_token":"\#(state.refresh)","expires_in":3600}"#
            )
        }
        return .answered(
            HTTPAnswer(status: status, headers: [("Content-Type", "application/json")], body: Secret(text)))
    }

    private static func fields(_ body: String) -> [String: String] {
        let pairs = body.split(separator: "&").map { $0.split(separator: "=", maxSplits: 1).map(String.init) }
        return Dictionary(pairs.filter { $0.count == 2 }.map { ($0[0], $0[1]) }) { first, _ in first }
    }
}

/// An operator who makes a second secret at that server, and removes the old one or does not.
struct SecondSecretOperator: RotationOperator {
    let server: TwoSecretServer
    let secret: String
    var removes: String?
    var look: @Sendable () async throws -> Void = {}

    func isPresent() async -> Bool { true }
    func readyToClick(_ request: OperatorRequest) async throws -> Bool { true }

    func newSecret(_ request: OperatorRequest, problem: String?) async throws -> Secret? {
        server.add(secret)
        return Secret(secret)
    }

    func hasRemoved(_ request: OperatorRequest) async throws -> Bool {
        try await look()
        guard let removes else { return false }
        server.remove(removes)
        return true
    }
}
