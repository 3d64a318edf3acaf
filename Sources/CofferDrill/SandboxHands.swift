// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

package import CofferCredentials
import CofferSandbox

/// What an operator's hands do with the client secret of a drill's app, at the sandbox.
package struct SandboxHands: Sendable {
    private let sandbox: Sandbox
    private let keepsTwo: Bool
    private let endsGrants: Bool
    /// Whether another secret is had with another client id only.
    package let changesClient: Bool

    /// Takes hold of a sandbox.
    ///
    /// - Parameters:
    ///   - sandbox: whose first integration is the app's, or the last one where that registered itself.
    ///   - keepsTwo: whether the rotation has two secrets side by side.
    ///   - endsGrants: whether all grants end with the old secret.
    ///   - changesClient: whether the app is added anew for another secret, and has another client id then.
    init(_ sandbox: Sandbox, keepsTwo: Bool, endsGrants: Bool, changesClient: Bool = false) {
        self.sandbox = sandbox
        self.keepsTwo = keepsTwo
        self.endsGrants = endsGrants
        self.changesClient = changesClient
    }

    private var integration: Integration { sandbox.integrations.last ?? sandbox.integration }

    /// The client id that the app has at the sandbox now.
    package var clientID: String { integration.clientID }

    /// Makes a new secret: beside the old one where the rotation has two, else in its place.
    ///
    /// - Throws: `SandboxError`.
    package func newSecret() throws -> Secret {
        let secret =
            keepsTwo
            ? try sandbox.addSecret(to: integration)
            : try sandbox.replaceSecret(of: integration, endingGrants: endsGrants)
        return Secret(secret)
    }

    /// Adds the app anew: beside the old one where the rotation has two, else in its place, which ends what was granted to it.
    ///
    /// - Throws: `SandboxError`.
    package func newClient() throws -> (id: String, secret: Secret) {
        let new = try sandbox.addAnew(integration, keepingOld: keepsTwo)
        return (new.clientID, Secret(new.clientSecret))
    }

    /// Removes the old secret from beside the new one.
    ///
    /// - Throws: `SandboxError`.
    package func removeOldSecret() throws {
        guard keepsTwo else { return }
        guard !changesClient else {
            for old in sandbox.integrations.dropLast() { try sandbox.delete(old) }
            return
        }
        try sandbox.removeOldSecrets(of: integration, endingGrants: endsGrants)
    }
}
