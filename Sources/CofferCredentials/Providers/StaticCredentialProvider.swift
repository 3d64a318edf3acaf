// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

#if canImport(FoundationEssentials)
public import FoundationEssentials
#else
public import Foundation
#endif

/// Hands out credentials that it was given: for tests, and for values known when a program starts.
public struct StaticCredentialProvider: CredentialProvider {
    /// The credentials by their paths.
    private let credentials: [CredentialPath: Credential]

    /// What time it is.
    private let now: @Sendable () -> Date

    /// Keeps credentials.
    ///
    /// - Parameters:
    ///   - credentials: the credentials; of two with one path the later is kept.
    ///   - now: what time it is.
    public init(_ credentials: [Credential], now: @escaping @Sendable () -> Date = { Date() }) {
        self.credentials = Dictionary(credentials.map { ($0.path, $0) }, uniquingKeysWith: { $1 })
        self.now = now
    }

    /// Hands out the credential under the path.
    ///
    /// - Throws: ``CredentialError`` with the code `not_found`, or `expired` where it will not go
    ///   on working for as long as was asked.
    public func credential(for request: CredentialRequest) async throws -> Credential {
        guard let credential = credentials[request.path] else {
            throw CredentialError(.notFound, message: "no such credential was given", path: request.path)
        }
        try request.refuseNarrowing("a credential that was given has no narrower ones")
        guard credential.isValid(for: request.minimumValidity, at: now()) else {
            throw CredentialError(
                .expired, message: "the credential that was given does not work for long enough", path: request.path)
        }
        return credential
    }
}

extension CredentialProvider where Self == StaticCredentialProvider {
    /// Hands out credentials that are known already.
    ///
    /// - Parameter credentials: the credentials; of two with one path the later is kept.
    /// - Returns: the provider.
    public static func `static`(_ credentials: Credential...) -> StaticCredentialProvider {
        StaticCredentialProvider(credentials)
    }
}
