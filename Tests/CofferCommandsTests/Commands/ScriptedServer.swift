// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

import CofferCredentials
import CofferOAuth
import Synchronization

/// An authorization server of a few lines: discovery, tokens, introspection.
final class ScriptedServer: HTTPTransport {
    /// The issuer.
    static let issuer = "https://idp.example.com"

    /// How many tokens were issued.
    private let count = Mutex(0)

    /// Answers by the path.
    func send(_ request: HTTPMessage, deadline: Duration) async -> TransportOutcome {
        let url = request.destination.url.description
        if url.contains("/.well-known/") { return json(Self.metadata) }
        guard url.hasSuffix("/token") else { return .answered(HTTPAnswer(status: 404)) }
        let number = count.withLock { count in
            count += 1
            return count
        }
        let tokens = #""access_token":"access-\#(number)","refresh_token":"refresh-\#(number)""#
        return json(#"{\#(tokens),"token_type":"Bearer","expires_in":3600}"#)
    }

    /// How many tokens were issued.
    var tokenCount: Int { count.withLock { $0 } }

    private func json(_ text: String) -> TransportOutcome {
        .answered(
            HTTPAnswer(status: 200, headers: [(name: "Content-Type", value: "application/json")], body: Secret(text)))
    }

    private static let metadata = #"""
        {"issuer":"https://idp.example.com","authorization_endpoint":"https://idp.example.com/authorize",
        "token_endpoint":"https://idp.example.com/token","response_types_supported":["code"],
        "grant_types_supported":["authorization_code","refresh_token","client_credentials"],
        "code_challenge_methods_supported":["S256"]}
        """#
}
