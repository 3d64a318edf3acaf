// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

import CofferCredentials

/// A provider that is its own limit, as a vault's is.
struct LimitingProvider: CredentialProvider, RequestLimit {
    let tokens: TokenKeeper
    let limit: RecordingLimit

    func credential(for request: CredentialRequest) async throws -> Credential {
        try await tokens.credential(for: request)
    }
    func wait(for credential: Credential, atMost longest: Duration) async throws {
        try await limit.wait(for: credential, atMost: longest)
    }
    func report(limited credential: Credential, retryAfter: Duration?) async {
        await limit.report(limited: credential, retryAfter: retryAfter)
    }
}
