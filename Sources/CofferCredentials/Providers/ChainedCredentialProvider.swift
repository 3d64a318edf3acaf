// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

/// Asks one provider after another until one knows the path.
///
/// Only `not_found` leads to the next provider. A credential that is there but expired, blocked or
/// out of reach is an answer, and another provider's older value would hide it.
///
/// A chain is a provider like any other, so `not_found` is also how it ends: a chain in a chain
/// behaves as if its members stood in the outer one.
public struct ChainedCredentialProvider: CredentialProvider {
    /// The providers, the first to be asked first.
    let providers: [any CredentialProvider]

    /// Joins providers.
    ///
    /// - Parameter providers: the providers, the first to be asked first.
    public init(_ providers: [any CredentialProvider]) {
        self.providers = providers
    }

    /// Hands out what the first provider that knows the path has.
    ///
    /// - Throws: the error of the first provider that fails otherwise than with `not_found`;
    ///   ``CredentialError`` with the code `not_found`, naming the kinds of providers that were
    ///   asked, if none knows the path; with `no_provider` if the chain is empty.
    public func credential(for request: CredentialRequest) async throws -> Credential {
        guard !providers.isEmpty else {
            throw CredentialError(.noProvider, message: "there is no provider to ask", path: request.path)
        }
        var attempts: [String] = []
        for provider in providers {
            do {
                return try await provider.credential(for: request)
            } catch let error as CredentialError where error.code == .notFound {
                attempts.append("\(type(of: provider)) (\(error.message))")
            }
        }
        throw CredentialError(
            .notFound, message: "no provider knows it; asked: " + attempts.joined(separator: ", "), path: request.path)
    }

    /// Tells every provider: those that did not hand it out ignore it.
    public func report(rejected credential: Credential) async {
        for provider in providers { await provider.report(rejected: credential) }
    }
}

extension CredentialProvider where Self == ChainedCredentialProvider {
    /// Asks one provider after another until one knows the path.
    ///
    /// - Parameter providers: the providers, the first to be asked first.
    /// - Returns: the provider.
    public static func chained(_ providers: any CredentialProvider...) -> ChainedCredentialProvider {
        ChainedCredentialProvider(providers)
    }
}
