// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

package import CofferCredentials
import CofferSandbox

/// What an operator's hands do with the client secret of a drill's app, at the sandbox.
package struct SandboxHands: Sendable {
    private let sandbox: Sandbox
    private let keepsTwo: Bool
    private let endsGrants: Bool

    /// Takes hold of a sandbox.
    ///
    /// - Parameters:
    ///   - sandbox: whose first integration is the app's, or the last one where that registered itself.
    ///   - keepsTwo: whether the rotation has two secrets side by side.
    ///   - endsGrants: whether all grants end with the old secret.
    init(_ sandbox: Sandbox, keepsTwo: Bool, endsGrants: Bool) {
        self.sandbox = sandbox
        self.keepsTwo = keepsTwo
        self.endsGrants = endsGrants
    }

    private var integration: Integration { sandbox.integrations.last ?? sandbox.integration }

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

    /// Removes the old secret from beside the new one.
    ///
    /// - Throws: `SandboxError`.
    package func removeOldSecret() throws {
        guard keepsTwo else { return }
        try sandbox.removeOldSecrets(of: integration, endingGrants: endsGrants)
    }
}
