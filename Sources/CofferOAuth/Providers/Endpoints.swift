// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

/// Where a provider's requests go (RFC 8414 §2 for the names).
package struct Endpoints: Sendable, Codable, Equatable {
    /// Where the person's browser goes; no secret is sent there.
    package var authorization: EndpointTemplate?
    /// Where tokens are issued and, unless ``refresh`` says otherwise, refreshed.
    package var token: EndpointTemplate
    /// Where tokens are refreshed, if that is elsewhere.
    package var refresh: EndpointTemplate?
    /// Where a token is revoked (RFC 7009).
    package var revocation: EndpointTemplate?
    /// Where a token is asked about (RFC 7662).
    package var introspection: EndpointTemplate?
    /// Where clients are registered (RFC 7591).
    package var registration: EndpointTemplate?
    /// Who the token's owner is (OpenID Connect Core §5.3).
    package var userInfo: EndpointTemplate?
    /// Where a device asks for a code to show (RFC 8628 §3.1).
    package var deviceAuthorization: EndpointTemplate?
    /// Where an authorization request is left beforehand (RFC 9126 §2).
    package var pushedAuthorization: EndpointTemplate?

    /// Names the endpoints.
    package init(
        authorization: EndpointTemplate? = nil, token: EndpointTemplate, refresh: EndpointTemplate? = nil,
        revocation: EndpointTemplate? = nil, introspection: EndpointTemplate? = nil,
        registration: EndpointTemplate? = nil, userInfo: EndpointTemplate? = nil,
        deviceAuthorization: EndpointTemplate? = nil, pushedAuthorization: EndpointTemplate? = nil
    ) {
        self.authorization = authorization
        self.token = token
        self.refresh = refresh
        self.revocation = revocation
        self.introspection = introspection
        self.registration = registration
        self.userInfo = userInfo
        self.deviceAuthorization = deviceAuthorization
        self.pushedAuthorization = pushedAuthorization
    }

    /// All that are there.
    package var all: [EndpointTemplate] {
        [
            authorization, token, refresh, revocation, introspection, registration, userInfo, deviceAuthorization,
            pushedAuthorization,
        ].compactMap(\.self)
    }

    /// The same endpoints, each changed in the same way.
    func mapped(_ change: (EndpointTemplate) -> EndpointTemplate) -> Endpoints {
        Endpoints(
            authorization: authorization.map(change), token: change(token), refresh: refresh.map(change),
            revocation: revocation.map(change), introspection: introspection.map(change),
            registration: registration.map(change), userInfo: userInfo.map(change),
            deviceAuthorization: deviceAuthorization.map(change), pushedAuthorization: pushedAuthorization.map(change))
    }
}
