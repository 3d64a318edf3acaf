// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

import Foundation
import Synchronization

/// What an administrator does with client secrets by hand, where it is more than ``Sandbox/regenerateSecret(of:)``.
extension Sandbox {
    /// Puts a secret in force in place of every other one: in the vendor's shape, or of letters and digits where the server's
    /// own has what nobody can copy from a page.
    ///
    /// - Parameters:
    ///   - integration: whose.
    ///   - endingGrants: whether all that was granted to it ends as well, as at a provider whose tokens don't survive.
    /// - Returns: the new secret.
    /// - Throws: ``SandboxError`` with code `unknown_name` if there is no such integration.
    package func replaceSecret(of integration: Integration, endingGrants: Bool = false) throws -> String {
        let provider = service.provider
        let secret = service.copyableSecret()
        let ends = endingGrants || provider.newSecretEndsGrants
        let isKnown = service.ledger.withLock { ledger in
            guard ledger.replaceSecret(of: integration.clientID, with: secret) else { return false }
            if ends { ledger.revokeGrants { $0.clientID == integration.clientID } }
            return true
        }
        guard isKnown else { throw SandboxError(.unknownName, "There is no such integration in the sandbox.") }
        return secret
    }

    /// Makes a second secret of letters and digits: both are in force until the older one is removed.
    ///
    /// - Parameters:
    ///   - integration: whose.
    ///   - endingOlder: whether what came before the present one ends, as in a Keycloak's realm that rotates secrets.
    /// - Returns: the new secret.
    /// - Throws: ``SandboxError`` with code `unknown_name` if there is no such integration, `configuration` if the provider
    ///   keeps one at a time.
    package func addSecret(to integration: Integration, endingOlder: Bool = false) throws -> String {
        let server = try keepingTwo()
        guard let present = service.integration(integration.clientID) else {
            throw SandboxError(.unknownName, "There is no such integration in the sandbox.")
        }
        let secret = OpaqueText.clientSecret()
        let now = service.configuration.now()
        server.state.withLock { state in
            state.held.follow([present], now: now)
            if endingOlder { state.held[present.clientID].removeAll { $0.value != present.clientSecret } }
            state.held[present.clientID].append(HeldSecret(secret, createdAt: now))
        }
        _ = service.ledger.withLock { $0.replaceSecret(of: present.clientID, with: secret) }
        return secret
    }

    /// Removes every secret of an integration but the newest.
    ///
    /// - Parameters:
    ///   - integration: whose.
    ///   - endingGrants: whether all that was granted to it before ends as well.
    /// - Throws: ``SandboxError`` with code `configuration` if the provider keeps one at a time.
    package func removeOldSecrets(of integration: Integration, endingGrants: Bool = false) throws {
        let server = try keepingTwo()
        let present = service.integration(integration.clientID)
        server.state.withLock { state in
            state.held[integration.clientID].removeAll { $0.value != present?.clientSecret }
        }
        guard endingGrants else { return }
        service.ledger.withLock { ledger in ledger.revokeGrants { $0.clientID == integration.clientID } }
    }

    private func keepingTwo() throws(SandboxError) -> EmulatedStrictServer {
        guard let server = service.provider as? EmulatedStrictServer else {
            throw SandboxError(.configuration, "This provider keeps one client secret at a time.")
        }
        return server
    }
}
