// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

/// Whatever can hand out a credential: a vault, an agent, the environment, a test's fake.
///
/// A client program takes `any CredentialProvider` and asks again before each use: the provider
/// decides whether the last answer is still good.
///
/// What a conformer guarantees:
/// - It may be called from any task, any number of times at once.
/// - What it returns has the path that was asked for, works now, and goes on working for
///   ``CredentialRequest/minimumValidity``; else it throws ``CredentialError`` with the code
///   `expired` or a more exact one.
/// - `not_found` means "not mine, the next provider may be asked" and nothing else. A credential
///   that is there but cannot be given fails with another code.
/// - A failure is not kept: the next call tries again.
/// - It ends, by itself or because its caller's task was cancelled.
public protocol CredentialProvider: Sendable {
    /// Hands out a credential that works.
    ///
    /// - Parameter request: what is wanted.
    /// - Returns: an immutable snapshot; ask again before the next use.
    /// - Throws: ``CredentialError``, or `CancellationError` if the caller's task was cancelled.
    func credential(for request: CredentialRequest) async throws -> Credential

    /// Tells the provider that a server refused a credential that had not expired.
    ///
    /// A provider that keeps or refreshes credentials must not hand out this value again without
    /// having looked; one that did not hand it out ignores the call.
    ///
    /// - Parameter credential: the one that was refused, as it was handed out.
    func report(rejected credential: Credential) async
}

extension CredentialProvider {
    /// Does nothing: right for a provider that keeps nothing.
    public func report(rejected credential: Credential) async {}
}
