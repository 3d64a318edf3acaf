// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

import CofferCredentials
import CofferOAuth
import Foundation
import Synchronization

/// An authorization server in memory that binds tokens to the key of a proof (RFC 9449), wants its nonce in each, and
/// refuses a refresh by another key; a refresh token is good once.
final class BindingServer: HTTPTransport {
    static let issuer = "https://as.example"

    /// One proof as it came.
    struct Proof: Sendable {
        let key: String
        let nonce: String?
        let address: String
    }

    private struct State {
        var key: String?
        var refresh = "first-refresh"
        var count = 0
        var proofs: [Proof] = []
        var processed: [String] = []
        var nonce = 1
    }

    private let state = Mutex(State())

    var proofs: [Proof] { state.withLock(\.proofs) }
    /// The refresh tokens that a request was processed with, in order.
    var processed: [String] { state.withLock(\.processed) }

    func send(_ request: HTTPMessage, deadline: Duration) async -> TransportOutcome {
        let body = request.body?.withExposedText { $0 } ?? ""
        let proof = request.headers.first { $0.name == "DPoP" }.flatMap { Self.read($0.value) }
        let (status, text, nonce) = state.withLock { state in
            guard request.destination.url.pathAndQuery == "/token" else { return (200, Self.metadata, "") }
            return Self.token(&state, body, proof)
        }
        return .answered(
            HTTPAnswer(
                status: status, headers: [("Content-Type", "application/json"), ("DPoP-Nonce", nonce)],
                body: Secret(text)))
    }

    /// The key and the claims; the signature is judged by the suite of the module that signs.
    static func read(_ proof: String) -> Proof? {
        let parts = proof.split(separator: ".").compactMap { part -> [String: Any]? in
            let text = String(part.map { $0 == "-" ? "+" : $0 == "_" ? "/" : $0 })
            return Data(base64Encoded: text + String(repeating: "=", count: (4 - text.count % 4) % 4))
                .flatMap { try? JSONSerialization.jsonObject(with: $0) as? [String: Any] }
        }
        guard parts.count >= 2, let key = parts[0]["jwk"] as? [String: String], let x = key["x"] else { return nil }
        return Proof(
            key: x, nonce: parts[1]["nonce"] as? String,
            address: "\(parts[1]["htm"] ?? "") \(parts[1]["htu"] ?? "")")
    }

    private static func token(_ state: inout State, _ body: String, _ proof: Proof?) -> (Int, String, String) {
        guard let proof else { return (400, #"{"error":"invalid_dpop_proof"}"#, "n-0") }
        state.proofs.append(proof)
        guard proof.nonce == "n-\(state.nonce)" else {
            return (400, #"{"error":"use_dpop_nonce"}"#, "n-\(state.nonce)")
        }
        guard state.key == nil || state.key == proof.key else {
            return (400, #"{"error":"invalid_dpop_proof"}"#, "n-\(state.nonce)")
        }
        let field = body.split(separator: "&").first { $0.hasPrefix("refresh_token=") }
        let presented = field?.dropFirst("refresh_token=".count) ?? ""
        guard presented == state.refresh else { return (400, #"{"error":"invalid_grant"}"#, "n-\(state.nonce)") }
        state.processed.append(String(presented))
        state.key = proof.key
        state.count += 1
        state.refresh = "refresh-\(state.count)"
        // Each nonce ends, so that the next request is refused once.
        state.nonce += 1
        let answer = """
            {"access_token":"access-\(state.count)","refresh_token":"\(state.refresh)","token_type":"DPoP",\
            "expires_in":3600}
            """
        return (200, answer, "n-\(state.nonce - 1)")
    }

    private static let metadata = """
        {"issuer":"\(issuer)","token_endpoint":"\(issuer)/token","dpop_signing_alg_values_supported":["ES256"]}
        """
}
