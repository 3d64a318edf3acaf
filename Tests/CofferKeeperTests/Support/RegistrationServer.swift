// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

import CofferCredentials
import CofferOAuth
import Foundation
import Synchronization

/// An authorization server in memory that replaces a client's secret upon a PUT (RFC 7592), repeats a refresh whose
/// answer was lost, and knows introspection.
final class RegistrationServer: HTTPTransport {
    static let issuer = "https://as.example"
    static let clientID = "client-1"
    static let firstSecret = "zq7-marker-first-secret-0123456789"
    static let firstRefreshToken = "zq7-marker-first-refresh-token"

    private struct State {
        var secret = RegistrationServer.firstSecret
        var registrationToken = "zq7-marker-registration-token"
        var replacementCount = 0
        var refused: Set<String> = []
        var count = 0
        var access = ""
        var refresh = RegistrationServer.firstRefreshToken
        /// What a refresh token was answered with, for its repetition.
        var answered: [String: String] = [:]
    }

    private let state = Mutex(State())

    var secret: String { state.withLock { $0.secret } }
    var replacementCount: Int { state.withLock { $0.replacementCount } }

    func hasRefused(_ secret: String) -> Bool { state.withLock { $0.refused.contains(secret) } }
    func isAlive(_ token: String) -> Bool { state.withLock { $0.access == token } }

    func send(_ request: HTTPMessage, deadline: Duration) async -> TransportOutcome {
        let path = request.destination.url.pathAndQuery
        let body = request.body?.withExposedText { $0 } ?? ""
        let bearer = request.authorization?.withExposedText { $0 } ?? ""
        let (status, text) = state.withLock { state in
            switch path {
            case "/.well-known/oauth-authorization-server": (200, Self.metadata)
            case "/register/client-1": Self.register(&state, request.method, bearer)
            case "/token": Self.token(&state, Self.fields(body), bearer)
            case "/introspect": Self.introspect(&state, Self.fields(body), bearer)
            default: (404, "{}")
            }
        }
        return .answered(
            HTTPAnswer(status: status, headers: [("Content-Type", "application/json")], body: Secret(text)))
    }

    private static let metadata = """
        {"issuer":"\(issuer)","token_endpoint":"\(issuer)/token","introspection_endpoint":"\(issuer)/introspect",\
        "registration_endpoint":"\(issuer)/register"}
        """

    private static func register(
        _ state: inout State, _ method: HTTPMessage.Method, _ bearer: String
    ) -> (Int, String) {
        guard bearer == "Bearer \(state.registrationToken)" else { return (401, #"{"error":"invalid_token"}"#) }
        if method == .put {
            state.replacementCount += 1
            state.secret = "zq7-marker-secret-number-\(state.replacementCount)-of-the-server"
        }
        return (200, #"{"client_id":"\#(clientID)","client_secret":"\#(state.secret)","client_name":"Coffer"}"#)
    }

    private static func token(_ state: inout State, _ fields: [String: String], _ basic: String) -> (Int, String) {
        guard isClient(&state, basic) else { return (401, #"{"error":"invalid_client"}"#) }
        guard fields["grant_type"] == "refresh_token", let presented = fields["refresh_token"] else {
            return (400, #"{"error":"invalid_grant"}"#)
        }
        if let again = state.answered[presented], again.contains(state.access) { return (200, again) }
        guard presented == state.refresh else { return (400, #"{"error":"invalid_grant"}"#) }
        state.count += 1
        state.access = "zq7-marker-access-\(state.count)"
        state.refresh = "zq7-marker-refresh-\(state.count)"
        let answer = """
            {"access_token":"\(state.access)","refresh_token":"\(state.refresh)","token_type":"Bearer","expires_in":3600}
            """
        state.answered[presented] = answer
        return (200, answer)
    }

    private static func introspect(
        _ state: inout State, _ fields: [String: String], _ basic: String
    ) -> (Int, String) {
        guard isClient(&state, basic) else { return (401, #"{"error":"invalid_client"}"#) }
        guard let token = fields["token"], token == state.access else { return (200, #"{"active":false}"#) }
        return (200, #"{"active":true,"sub":"account-1"}"#)
    }

    private static func isClient(_ state: inout State, _ basic: String) -> Bool {
        let encoded = basic.split(separator: " ").last.map(String.init) ?? ""
        let text = Data(base64Encoded: encoded).flatMap { String(data: $0, encoding: .utf8) } ?? ""
        if text == "\(clientID):\(state.secret)" { return true }
        state.refused.insert(String(text.drop { $0 != ":" }.dropFirst()))
        return false
    }

    private static func fields(_ body: String) -> [String: String] {
        let pairs = body.split(separator: "&").map { $0.split(separator: "=", maxSplits: 1).map(String.init) }
        return Dictionary(pairs.filter { $0.count == 2 }.map { ($0[0], $0[1]) }) { first, _ in first }
    }
}
