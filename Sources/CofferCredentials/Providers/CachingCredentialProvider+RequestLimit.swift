// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

/// The limit of the provider behind, which is none where that knows none: what is remembered is a token, never a permission
/// to send.
extension CachingCredentialProvider: RequestLimit {
    /// Waits as the provider behind says; see ``RequestLimit/wait(for:atMost:)``.
    public nonisolated func wait(for credential: Credential, atMost longest: Duration) async throws {
        try await (upstream as? any RequestLimit)?.wait(for: credential, atMost: longest)
    }

    /// Tells the provider behind.
    public nonisolated func report(limited credential: Credential, retryAfter: Duration?) async {
        await (upstream as? any RequestLimit)?.report(limited: credential, retryAfter: retryAfter)
    }
}
