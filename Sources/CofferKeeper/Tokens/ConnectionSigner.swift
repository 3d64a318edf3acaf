// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

import CofferCredentials
import CofferOAuth
import CofferVault
import Foundation

/// Signs proofs with a connection's key (RFC 9449), which stays in guarded memory and is shown to nobody.
struct ConnectionSigner: ProofSigner {
    private let pem: Secret
    private let nonces: ProofNonces
    private let now: @Sendable () -> Date

    /// Signs for a connection; nil for one whose tokens are bound to no key.
    init?(_ connection: ConnectionRecord, _ keeper: Keeper) {
        guard let key = connection.proofKey else { return nil }
        pem = (try? GuardedValue(copying: key))?.secret ?? key
        nonces = keeper.client.nonces
        now = keeper.effects.now
    }

    func proof(method: String, url: String, accessToken: Secret, nonce: String?) async throws -> String {
        do {
            // What follows # is no part of a request.
            let address = try EndpointURL(String(url.prefix { $0 != "#" }))
            if let nonce, !nonces.keep(nonce, .resourceServer, at: address) {
                throw CredentialError(.misconfigured, message: "what was given as a nonce is none")
            }
            guard !method.isEmpty, method.utf8.allSatisfy({ (0x21...0x7E).contains($0) }) else {
                throw CredentialError(.misconfigured, message: "what was given as a method is none")
            }
            return try await SigningKey(pem: pem).proof(
                method: method, url: address, accessToken: accessToken,
                nonce: nonces.last(.resourceServer, at: address), now: now())
        } catch {
            throw CredentialFailure.translated(error, path: nil)
        }
    }
}
