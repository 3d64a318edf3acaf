// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

import CofferCredentials
import Synchronization

/// What a provider over an agent asks where it does not remember: tokens and static secrets under one method.
final class AgentUpstream: CredentialProvider {
    /// How many paths of static secrets are known at most.
    private static let capacity = 1024

    let client: AgentClient
    /// Where a static secret was last, so that it is asked for as one.
    private let secrets = Mutex<Set<CredentialPath>>([])

    init(_ client: AgentClient) { self.client = client }

    func credential(for request: CredentialRequest) async throws -> Credential {
        if !request.isNarrowed, secrets.withLock({ $0.contains(request.path) }) {
            do { return try await client.secret(at: request.path) } catch {
                // Another thing may have taken its place meanwhile.
                guard (error as? CredentialError)?.code == .misconfigured else { throw error }
                _ = secrets.withLock { $0.remove(request.path) }
            }
        }
        let (credential, isToken) = try await client.value(for: request)
        if !isToken {
            secrets.withLock { secrets in
                if secrets.count >= Self.capacity { secrets.removeAll() }
                secrets.insert(request.path)
            }
        }
        return credential
    }

    func report(rejected credential: Credential) async {
        // Whoever reports asks again next, and hears then why there is no other.
        try? await client.report(rejected: credential)
    }
}
