// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

import CofferCredentials
package import CofferOAuth

/// A vendor's administration API as this machine has set it for one app.
package struct SecretAPI: Sendable {
    /// Whose.
    package let kind: SecretAPIKind
    /// Whether two secrets can be in force side by side.
    package let keepsTwo: Bool
    /// Fetches the credential and makes a client with it: once for each order, as such tokens live for minutes.
    package let open: @Sendable () async throws -> AdminClient

    /// Describes it.
    ///
    /// - Parameters:
    ///   - kind: whose API it is.
    ///   - keepsTwo: whether two secrets can be in force, where the vendor leaves that open.
    ///   - open: makes a client with a fresh credential.
    package init(
        _ kind: SecretAPIKind, keepsTwo: Bool = false, open: @escaping @Sendable () async throws -> AdminClient
    ) {
        self.kind = kind
        self.keepsTwo = kind.keepsTwo ?? keepsTwo
        self.open = open
    }

    /// The driver.
    ///
    /// - Parameter person: what a person is told where the API leaves something to one.
    /// - Returns: the vendor's.
    func driver(_ person: OperatorDriver) -> any SecretDriver {
        switch kind {
        case .auth0: Auth0Driver(self, fallback: person)
        case .gitlab: GitLabDriver(self, fallback: person)
        case .keycloak: KeycloakDriver(self, fallback: person)
        case .microsoft: EntraDriver(self, fallback: person)
        case .okta: OktaDriver(self, fallback: person)
        }
    }
}

extension AdminClient {
    /// The secret of an answer, if it is one to go on with.
    ///
    /// - Parameters:
    ///   - value: where it stands in the answer.
    ///   - order: what was asked for.
    /// - Returns: the secret, with how it was come by.
    /// - Throws: `indeterminate`, so that the next run looks first: a secret may have been made.
    func made(_ value: JSONValue?, _ order: ReplacementOrder) throws(OAuthError) -> ReplacementAnswer {
        // RFC 6749 appendix A.2 allows %x20-7E.
        guard let secret = value?.secret, order.isNew(secret),
            secret.byteCount <= OperatorDriver.longestSecretByteCount,
            secret.withExposedBytes({ bytes in bytes.allSatisfy { (0x20...0x7E).contains($0) } })
        else {
            throw OAuthError(.indeterminate, "\(vendor) answered without a new client secret that can be used.")
        }
        return .replaced(secret, evidence: "\(vendor) made a new client_secret")
    }

    /// The answer about a secret that a lost request has made.
    func found(_ secret: Secret) -> ReplacementAnswer {
        .replaced(
            secret, evidence: "\(vendor) already held the new client_secret of a request whose answer was lost")
    }

    /// Sends a request about an app that the vendor has to know.
    ///
    /// - Throws: as ``AdminClient/send(_:_:_:)``; ``unknown(_:)`` where there is no such thing.
    func send(
        _ method: HTTPMessage.Method, _ path: String, _ body: JSONValue? = nil, about registration: ClientRegistration
    ) async throws -> AdminAnswer {
        let answer = try await send(method, path, body)
        guard !answer.isMissing else { throw unknown(registration) }
        return answer
    }

    /// Says that the vendor does not know the app.
    func unknown(_ registration: ClientRegistration) -> OAuthError {
        OAuthError(
            .configuration,
            """
            \(vendor) knows no client \(ForeignText.clean(registration.clientID, hiding: []) ?? "of this id") at the \
            address that is set, or the credential may not see it.
            """)
    }
}
