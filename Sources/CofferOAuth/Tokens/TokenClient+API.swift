// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

internal import CofferCredentials

extension TokenClient {
    /// Sends a GET with an access token: as bearer (RFC 6750 §2.1) or as the description says of its API or of this call, or
    /// with a proof where the connection has a key for it (RFC 9449 §7.1), repeated once if the server wants its nonce in that.
    func callAPI(
        _ destination: ApprovedDestination, _ registration: ClientRegistration, accessToken: Secret,
        scheme: String? = nil
    ) async -> TransportOutcome {
        guard registration.proofKey != nil else {
            let header =
                scheme.map { TokenHeader(scheme: $0) } ?? registration.provider.tokenPresentation?.field ?? .bearer
            let message = HTTPMessage.apiGet(
                destination, accessToken: accessToken, header: header, trust: registration.trust)
            return await transport.send(message, deadline: deadline)
        }
        let first = await callWithProof(destination, registration, accessToken)
        guard case .answered(let answer) = first,
            nonces.isDemanded(by: answer, .resourceServer, at: destination.url)
        else { return first }
        return await callWithProof(destination, registration, accessToken)
    }

    private func callWithProof(
        _ destination: ApprovedDestination, _ registration: ClientRegistration, _ accessToken: Secret
    ) async -> TransportOutcome {
        guard let key = registration.proofKey,
            let proof = try? await key.proof(
                method: "GET", url: destination.url, accessToken: accessToken,
                nonce: nonces.last(.resourceServer, at: destination.url), now: now())
        else { return .notSent(TransportFailure(.cancelled, "The proof could not be signed.")) }
        let message = HTTPMessage(
            .get, destination, headers: [("Accept", "application/json"), ("DPoP", proof)],
            authorization: accessToken.withExposedText { Secret("DPoP \($0)") }, trust: registration.trust)
        let outcome = await transport.send(message, deadline: deadline)
        if case .answered(let answer) = outcome, let nonce = answer.header("DPoP-Nonce") {
            nonces.keep(nonce, .resourceServer, at: destination.url)
        }
        return outcome
    }
}
