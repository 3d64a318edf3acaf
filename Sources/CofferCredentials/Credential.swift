// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

#if canImport(FoundationEssentials)
public import FoundationEssentials
#else
public import Foundation
#endif

/// A credential that works now: an immutable snapshot of what a provider found or refreshed.
public struct Credential: Sendable, Equatable {
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
