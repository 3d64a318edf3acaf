// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

/// Where a provider's requests go (RFC 8414 §2 for the names).
package struct Endpoints: Sendable, Codable, Equatable {
    /// Where the person's browser goes; no secret is sent there.
    package var authorization: EndpointTemplate?
    /// Where tokens are issued and refreshed.
    package var token: EndpointTemplate
    /// Where a token is revoked (RFC 7009).
    package var revocation: EndpointTemplate?
    /// Where a token is asked about (RFC 7662).
    package var introspection: EndpointTemplate?
    /// Where clients are registered (RFC 7591).
    package var registration: EndpointTemplate?
    /// Who the token's owner is (OpenID Connect Core §5.3).
    package var userInfo: EndpointTemplate?

    /// Names the endpoints.
    package init(
        authorization: EndpointTemplate? = nil, token: EndpointTemplate, revocation: EndpointTemplate? = nil,
        introspection: EndpointTemplate? = nil, registration: EndpointTemplate? = nil, userInfo: EndpointTemplate? = nil
    ) {
        self.authorization = authorization
        self.token = token
        self.revocation = revocation
        self.introspection = introspection
        self.registration = registration
        self.userInfo = userInfo
    }

    /// All that are there.
    package var all: [EndpointTemplate] {
        [authorization, token, revocation, introspection, registration, userInfo].compactMap(\.self)
    }

    /// The same endpoints, each changed in the same way.
    func mapped(_ change: (EndpointTemplate) -> EndpointTemplate) -> Endpoints {
        Endpoints(
            authorization: authorization.map(change), token: change(token), revocation: revocation.map(change),
            introspection: introspection.map(change), registration: registration.map(change),
            userInfo: userInfo.map(change))
    }
}
