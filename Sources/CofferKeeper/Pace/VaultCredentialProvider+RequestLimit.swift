// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

public import CofferCredentials

/// The limits of a provider's API, as its description states them, shared by all processes on the vault.
extension VaultCredentialProvider: RequestLimit {
    /// Waits for a place under the limits of the account's API; see ``RequestLimit/wait(for:atMost:)``.
    public func wait(for credential: Credential, atMost longest: Duration) async throws {
        do {
            try await keeper.waitForLimit(of: credential, atMost: longest)
        } catch {
            throw CredentialFailure.translated(error, path: credential.path)
        }
    }

    /// Makes everybody's pace slower for a while; see ``RequestLimit/report(limited:retryAfter:)``.
    public func report(limited credential: Credential, retryAfter: Duration?) async {
        try? await keeper.report(limited: credential, retryAfter: retryAfter)
    }
}
