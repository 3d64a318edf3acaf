// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

import CofferCredentials
import Synchronization

/// Hands out a token, and another once that was reported as refused.
final class TokenKeeper: CredentialProvider {
    private let count = Mutex(1)
    private let reported = Mutex<[Credential]>([])
    let accountURL: Mutex<String?>
    private let type: String?
    private let isRenewable: Bool
    private let header: TokenHeader?

    init(
        accountURL: String? = nil, type: String? = "Bearer", isRenewable: Bool = true, header: TokenHeader? = nil
    ) {
        self.accountURL = Mutex(accountURL)
        self.type = type
        self.isRenewable = isRenewable
        self.header = header
    }

    /// What was reported, each time.
    var reports: [Credential] { reported.withLock { $0 } }
    /// How many tokens there have been.
    var issued: Int { count.withLock { $0 } }

    static func token(_ number: Int) -> String { "\(APIWorld.marker)-\(number)" }

    func credential(for request: CredentialRequest) async throws -> Credential {
        let number = issued
        var credential = Credential(
            path: request.path, value: Secret(Self.token(number)), tokenType: type,
            accountURL: accountURL.withLock { $0 }.flatMap { $0.isEmpty ? nil : $0 }, version: number)
        credential.header = header
        return credential
    }

    /// What was handed out before works no more.
    func replace() { count.withLock { $0 += 1 } }

    func report(rejected credential: Credential) async {
        reported.withLock { $0.append(credential) }
        guard isRenewable else { return }
        // Of a value that is replaced already nothing follows, as in a vault.
        count.withLock { count in
            if credential.version == count { count += 1 }
        }
    }
}
