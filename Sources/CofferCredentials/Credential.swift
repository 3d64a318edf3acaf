// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

#if canImport(FoundationEssentials)
public import FoundationEssentials
#else
public import Foundation
#endif

/// A credential that works now: an immutable snapshot of what a provider found or refreshed.
public struct Credential: Sendable {
    /// The path it was asked for.
    public let path: CredentialPath

    /// The access token, or the static secret's value.
    public let value: Secret

    /// How the value is presented, as the server named it (`Bearer`); absent for static secrets.
    public let tokenType: String?

    /// When the value stops working; absent where nobody knows or it never does.
    public let expiresAt: Date?

    /// What the value may be used for: scopes separated as the server separates them (RFC 6749 §3.3).
    public let scope: String?

    /// Where the account's API is, for providers with one host an account: `https://acme.amocrm.ru`.
    public let accountURL: String?

    /// Counts up with each new value under the path; 0 where the provider does not count.
    public let version: Int

    /// Signs proofs for requests with this token; absent where the token alone is enough.
    package var signer: (any ProofSigner)?

    /// Describes a credential.
    ///
    /// - Parameters:
    ///   - path: the path it was asked for.
    ///   - value: the access token, or the static secret's value.
    ///   - tokenType: how the value is presented.
    ///   - expiresAt: when the value stops working.
    ///   - scope: what the value may be used for.
    ///   - accountURL: where the account's API is.
    ///   - version: the count of values under the path.
    public init(
        path: CredentialPath, value: Secret, tokenType: String? = nil, expiresAt: Date? = nil, scope: String? = nil,
        accountURL: String? = nil, version: Int = 0
    ) {
        self.path = path
        self.value = value
        self.tokenType = tokenType
        self.expiresAt = expiresAt
        self.scope = scope
        self.accountURL = accountURL
        self.version = version
    }

    /// Whether each request with this token must carry a proof of its own (DPoP, RFC 9449): the token alone is refused.
    public var needsProof: Bool { signer != nil }

    /// The value of the header `DPoP` for one request; the token goes beside it, as `Authorization: DPoP TOKEN`.
    ///
    /// Make one for each request, just before it is sent: a proof is good for that method and URL, once, and for a short
    /// time (RFC 9449 §4.3). The key that signs is not shown to the caller.
    ///
    /// - Parameters:
    ///   - method: the method of the request, as `GET`.
    ///   - url: the URL of the request; its query and fragment are left out of the proof.
    ///   - nonce: what the server gave as `DPoP-Nonce`, with a 401 or another answer (RFC 9449 §9). It is remembered for
    ///     that server and used until there is another.
    /// - Returns: the proof; absent where the token needs none.
    /// - Throws: ``CredentialError`` `misconfigured` if the URL is none, or the nonce could not stand in a header.
    public func proof(method: String, url: String, nonce: String? = nil) async throws -> String? {
        try await signer?.proof(method: method, url: url, accessToken: value, nonce: nonce)
    }

    /// Whether the credential still works at a moment and for a time after it.
    ///
    /// - Parameters:
    ///   - minimumValidity: how long it must go on working; a negative or absent one counts as zero.
    ///   - now: the moment.
    /// - Returns: `true` also where the expiry is not known.
    package func isValid(for minimumValidity: Duration?, at now: Date) -> Bool {
        guard let expiresAt else { return true }
        let margin = max(minimumValidity ?? .zero, .zero)
        return expiresAt > now && expiresAt.timeIntervalSince(now) >= margin / .seconds(1)
    }
}

// MARK: - Equatable

extension Credential: Equatable {
    /// Compares what was handed out; not what signs for it.
    public static func == (lhs: Credential, rhs: Credential) -> Bool {
        lhs.path == rhs.path && lhs.value == rhs.value && lhs.tokenType == rhs.tokenType
            && lhs.expiresAt == rhs.expiresAt && lhs.scope == rhs.scope && lhs.accountURL == rhs.accountURL
            && lhs.version == rhs.version && lhs.needsProof == rhs.needsProof
    }
}
