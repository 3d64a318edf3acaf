// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

package import CofferVault

/// An invitation that was read and fits the identity in a file, before anybody has said that it is the right one.
package struct PendingAcceptance: Sendable {
    /// The invitation, its signature checked.
    package let invitation: Invitation
    /// Where the identity is.
    package let path: String
    private let accepted: IdentityText

    /// Reads an invitation for an identity.
    ///
    /// - Parameters:
    ///   - text: `coffer-invite-1…`.
    ///   - source: Where the identity is, a file that was made by `identity new`.
    ///   - log: Notices.
    /// - Throws: ``KeeperError/Code/usage`` if the identity is in no file or was accepted into another vault already,
    ///   ``VaultError/Code/wrongIdentity`` if the invitation is for somebody else, ``VaultError/Code/invalidIdentity``.
    package init(_ text: String, for source: IdentitySource, _ log: KeeperLog = .silent) async throws {
        guard case .file(let path) = source else {
            throw KeeperError(
                .usage, "what is accepted is written into the identity's file; unset COFFER_IDENTITY and the like")
        }
        invitation = try Invitation(reading: text)
        let identity = try await source.read(log)
        accepted = try invitation.accepted(by: identity.identity)
        // A second invitation to the same vault may only move the pin forward, which is what repin does, and checks.
        if let pin = identity.pin, pin != invitation.pin {
            throw KeeperError(
                .usage,
                pin.vaultID == invitation.pin.vaultID
                    ? "this identity was accepted into the vault already; its pin is moved with: coffer identity repin"
                    : "this identity belongs to another vault already; make one for each with: coffer identity new")
        }
        self.path = path
    }

    /// Puts the identity with its pin in the place of the one without, in one step.
    package func confirm() throws {
        try accepted.write(to: path, replacing: true)
    }
}
