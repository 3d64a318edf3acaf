// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

/// What a caller wants: the credential under a path, good for a while, for all that was granted or for less.
public struct CredentialRequest: Sendable, Hashable {
    /// The path of the entry.
    public let path: CredentialPath

    /// How long the credential must go on working; the provider's own margin where it is absent.
    public let minimumValidity: Duration?

    /// The scopes that are enough, with a space between (RFC 6749 §3.3); absent for all that was granted.
    public let scope: String?

    /// Whom the token is for, by the name that the authorization server knows it by (RFC 8693 §2.1).
    public let audience: String?

    /// Whom the token is for, by its address (RFC 8707 §2).
    public let resource: String?

    /// How long to wait while a leak is being contained and the credential is on hold; where it is absent the error with the
    /// code `rotating` comes at once.
    public let holdWait: Duration?

    /// Asks for the credential under a path.
    ///
    /// A scope, an audience or a resource asks for a token with less than the whole grant, which a provider that has no
    /// such tokens refuses with the code `misconfigured`. So is an empty one: it comes from a variable that is not set,
    /// and must not be taken for all that was granted.
    ///
    /// - Parameters:
    ///   - path: the path of the entry.
    ///   - minimumValidity: how long the credential must go on working.
    ///   - scope: the scopes that are enough; their order means nothing.
    ///   - audience: whom the token is for, by name.
    ///   - resource: whom the token is for, by address.
    ///   - holdWait: how long to wait while the credential is on hold.
    public init(
        path: CredentialPath, minimumValidity: Duration? = nil, scope: String? = nil, audience: String? = nil,
        resource: String? = nil, holdWait: Duration? = nil
    ) {
        self.path = path
        self.minimumValidity = minimumValidity
        self.scope = scope.map { Set($0.split(separator: " ")).sorted().joined(separator: " ") }
        self.audience = audience
        self.resource = resource
        self.holdWait = holdWait
    }

    /// Whether less than all that was granted is asked for.
    package var isNarrowed: Bool { scope != nil || audience != nil || resource != nil }

    /// Refuses a narrowed request: whoever asks for less must not get more.
    ///
    /// - Throws: ``CredentialError`` `misconfigured`.
    func refuseNarrowing(_ reason: String) throws(CredentialError) {
        guard isNarrowed else { return }
        try refuseEmptiness()
        throw CredentialError(.misconfigured, message: reason, path: path)
    }

    /// Refuses a scope, an audience or a resource that is there and says nothing.
    ///
    /// - Throws: ``CredentialError`` `misconfigured`.
    package func refuseEmptiness() throws(CredentialError) {
        guard isNarrowed else { return }
        for (name, value) in [("scope", scope), ("audience", audience), ("resource", resource)]
        where value?.allSatisfy(\.isWhitespace) == true {
            throw CredentialError(
                .misconfigured, message: "the \(name) that was asked for is empty; leave it out for the whole token",
                path: path)
        }
    }

    /// What is asked for, however long it must be good for.
    package var subject: CredentialRequest {
        CredentialRequest(path: path, scope: scope, audience: audience, resource: resource)
    }
}
