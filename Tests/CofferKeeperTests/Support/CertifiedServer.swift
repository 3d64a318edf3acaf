// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

import CofferCredentials
import CofferOAuth
import Synchronization

/// A server that knows its client by a certificate (RFC 8705 §2.2), at an address of its own for that (§5), and replaces each
/// refresh token.
final class CertifiedServer: HTTPTransport {
    static let issuer = "https://as.example"
    static let tokenEndpoint = "https://mtls.as.example/token"

    private struct State {
        var count = 0
        var refusesCertificates = false
        var bodies: [String] = []
        var addresses: [String] = []
    }

    private let thumbprint: String
    private let state = Mutex(State())

    /// Knows one certificate by the SHA-256 of it (RFC 8705 §3.1).
    init(thumbprint: String) { self.thumbprint = thumbprint }

    /// The bodies of the token requests that were processed.
    var bodies: [String] { state.withLock(\.bodies) }
    /// Where they went.
    var addresses: [String] { state.withLock(\.addresses) }

    /// Refuses every certificate in the handshake from here on, or no more.
    func refuse(_ refuses: Bool) { state.withLock { $0.refusesCertificates = refuses } }

    func send(_ request: HTTPMessage, deadline: Duration) async -> TransportOutcome {
        guard request.destination.url.pathAndQuery == "/token" else { return Self.answer(200, Self.metadata) }
        return state.withLock { state in
            if state.refusesCertificates {
                return .notSent(TransportFailure(.clientCertificate, "mtls.as.example refuses the app's certificate."))
            }
            let body = request.body?.withExposedText { $0 } ?? ""
            guard request.trust.clientCertificate?.thumbprint == thumbprint, request.authorization == nil,
                body.contains("refresh_token=refresh-\(state.count)")
            else { return Self.answer(401, #"{"error":"invalid_client"}"#) }
            state.count += 1
            state.bodies.append(body)
            state.addresses.append(request.destination.url.description)
            return Self.answer(
                200,
                """
                {"access_token":"access-\(state.count)","refresh_token":"refresh-\(state.count)","token_type":"Bearer",\
                "expires_in":3600}
                """)
        }
    }

    private static func answer(_ status: Int, _ body: String) -> TransportOutcome {
        .answered(HTTPAnswer(status: status, headers: [("Content-Type", "application/json")], body: Secret(body)))
    }

    private static let metadata = """
        {"issuer":"\(issuer)","token_endpoint":"\(issuer)/token",\
        "mtls_endpoint_aliases":{"token_endpoint":"\(tokenEndpoint)"}}
        """
}
