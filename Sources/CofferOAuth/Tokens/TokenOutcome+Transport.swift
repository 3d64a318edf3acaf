// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

internal import CofferCredentials

extension TokenOutcome {
    /// Nothing was sent: again at once helps against a broken network, not against a certificate.
    init(notSent failure: TransportFailure) {
        switch failure.kind {
        case .certificate, .clientCertificate: self = .unprocessed(Setback(.certificate, failure.message))
        case .refusedAddress: self = .unprocessed(Setback(.refusedHost, failure.message))
        case .late: self = .unprocessed(Setback(.late, failure.message))
        default: self = .notSent(failure.message)
        }
    }

    /// Sent, and no whole answer: even one that was too large or no HTTP may have spent the token.
    init(lost failure: TransportFailure) {
        switch failure.kind {
        case .tooLarge, .malformed: self = .senseless(failure.message)
        default: self = .indeterminate(failure.message)
        }
    }
}

extension Setback {
    /// What ``HostRule``, or the making of the client's proof, refused before anything was sent.
    init(refusing error: any Error) {
        guard let error = error as? OAuthError else {
            self.init(.configuration, "The client could not prove who it is.")
            return
        }
        switch error.code {
        case .refusedHost: self.init(.refusedHost, error.message)
        case .plainHTTP: self.init(.plainHTTP, error.message)
        default: self.init(.configuration, error.message)
        }
    }
}

extension HTTPMessage {
    /// A GET with an access token, as bearer (RFC 6750 §2.1) unless told, that wants JSON back.
    static func apiGet(
        _ destination: ApprovedDestination, accessToken: Secret, header: TokenHeader = .bearer, trust: TrustSettings
    ) -> HTTPMessage {
        guard let scheme = header.scheme else {
            return HTTPMessage(
                .get, destination,
                headers: [
                    ("Accept", "application/json"), (header.field, accessToken.withExposedText { String($0) }),
                ], trust: trust)
        }
        return HTTPMessage(
            .get, destination, headers: [("Accept", "application/json")],
            authorization: accessToken.withExposedText { Secret("\(scheme) \($0)") }, trust: trust)
    }

    /// A POST of parameters that wants JSON back.
    static func tokenPost(
        _ destination: ApprovedDestination, _ parameters: TokenParameters,
        as format: ProviderDescription.TokenBodyFormat, authorization: Secret?, trust: TrustSettings
    ) -> HTTPMessage {
        HTTPMessage(
            .post, destination,
            headers: [("Accept", "application/json"), ("Content-Type", TokenParameters.contentType(format))],
            authorization: authorization, body: parameters.body(as: format), trust: trust)
    }
}
