// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

#if canImport(FoundationEssentials)
public import FoundationEssentials
#else
public import Foundation
#endif

/// A credential that works now: an immutable snapshot of what a provider found or refreshed.
public struct Credential: Sendable {
    /// What all copies share: a copy is one reference, and a provider that remembers a credential copies it for each hand-out.
    private final class Storage: Sendable {
        let path: CredentialPath
        let value: Secret
        let tokenType: String?
        let expiresAt: Date?
        let scope: String?
        let accountURL: String?
        let version: Int
        let signer: (any ProofSigner)?
        let header: TokenHeader?

        init(
            path: CredentialPath, value: Secret, tokenType: String?, expiresAt: Date?, scope: String?,
            accountURL: String?, version: Int, signer: (any ProofSigner)?, header: TokenHeader?
        ) {
            self.path = path
            self.value = value
            self.tokenType = tokenType
            self.expiresAt = expiresAt
            self.scope = scope
            self.accountURL = accountURL
            self.version = version
            self.signer = signer
            self.header = header
        }
    }

    private var storage: Storage

    /// The path it was asked for.
    public var path: CredentialPath { storage.path }

    /// The access token, or the static secret's value.
    public var value: Secret { storage.value }

    /// How the value is presented, as the server named it (`Bearer`); absent for static secrets.
    public var tokenType: String? { storage.tokenType }

    /// When the value stops working; absent where nobody knows or it never does.
    public var expiresAt: Date? { storage.expiresAt }

    /// What the value may be used for: scopes separated as the server separates them (RFC 6749 §3.3).
    public var scope: String? { storage.scope }

    /// Where the account's API is, for providers with one host an account: `https://acme.amocrm.ru`.
    public var accountURL: String? { storage.accountURL }

    /// Counts up with each new value under the path; 0 where the provider does not count.
    public var version: Int { storage.version }

    /// Signs proofs for requests with this token; absent where the token alone is enough.
    package var signer: (any ProofSigner)? {
        get { storage.signer }
        set { storage = copiedStorage(signer: newValue, header: header) }
    }

    /// How the token is presented where that is not as a bearer's; of no effect where it needs a proof.
    package var header: TokenHeader? {
        get { storage.header }
        set { storage = copiedStorage(signer: signer, header: newValue) }
    }

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
        storage = Storage(
            path: path, value: value, tokenType: tokenType, expiresAt: expiresAt, scope: scope,
            accountURL: accountURL, version: version, signer: nil, header: nil)
    }

    /// The same, sharing the value and nothing else: threads that copy the one don't count references where those do that
    /// copy the other.
    package func apart() -> Credential {
        var copy = self
        copy.storage = copiedStorage(signer: signer, header: header)
        return copy
    }

    private func copiedStorage(signer: (any ProofSigner)?, header: TokenHeader?) -> Storage {
        Storage(
            path: path, value: value, tokenType: tokenType, expiresAt: expiresAt, scope: scope, accountURL: accountURL,
            version: version, signer: signer, header: header)
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
            && lhs.version == rhs.version && lhs.needsProof == rhs.needsProof && lhs.header == rhs.header
    }
}

// MARK: - CustomReflectable

extension Credential: CustomReflectable {
    /// What it says of itself, for `print` and `dump`; the value shows as any ``Secret`` does.
    public var customMirror: Mirror {
        Mirror(
            self,
            children: [
                "path": path, "value": value, "tokenType": tokenType as Any, "expiresAt": expiresAt as Any,
                "scope": scope as Any, "accountURL": accountURL as Any, "version": version,
            ],
            displayStyle: .struct)
    }
}
