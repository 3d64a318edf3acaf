// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

import CofferCredentials
import Synchronization

/// Hands out a token of an account, another one once that was reported as refused, and counts who waited for room.
final class CountingTokens: CredentialProvider, RequestLimit {
    static let marker = "MARKER-token-that-nobody-may-see"

    private let count = Mutex(1)
    private let waited = Mutex(0)
    private let accountURL: String

    init(accountURL: String) { self.accountURL = accountURL }

    static func token(_ number: Int) -> String { "\(marker)-\(number)" }

    /// How often somebody waited for room.
    var waits: Int { waited.withLock { $0 } }

    func credential(for request: CredentialRequest) async throws -> Credential {
        let number = count.withLock { $0 }
        return Credential(
            path: request.path, value: Secret(Self.token(number)), tokenType: "Bearer", accountURL: accountURL,
            version: number)
    }

    func report(rejected credential: Credential) async {
        count.withLock { count in
            if credential.version == count { count += 1 }
        }
    }

    func wait(for credential: Credential, atMost longest: Duration) async throws { waited.withLock { $0 += 1 } }

    func report(limited credential: Credential, retryAfter: Duration?) async {}
}
