// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

package import CofferCredentials

/// The event that tells of an app's installation, as far as it is used: what it says is claimed, and not proven by it.
package struct InstallationEvent: Sendable {
    /// Which account.
    package let account: String
    /// A refresh token of that account.
    package let refreshToken: Secret
    /// What later webhooks of the account carry.
    package let token: Secret
    /// The authorization server that it names, in any form and not checked.
    package let server: String?

    /// Reads an event; nil if one of the three is missing.
    ///
    /// - Throws: `malformed_webhook`.
    package init?(_ request: WebhookRequest, _ proof: WebhookProof) throws(WebhookError) {
        guard let field = proof.refreshToken, let accountField = proof.account,
            let refreshToken = try request.value(of: field, in: proof.place), !refreshToken.isEmpty,
            let account = try request.value(of: accountField, in: proof.place)?
                .withExposedText({ AccountText.clean($0) }),
            let token = try request.value(of: proof.field, in: proof.place), !token.isEmpty
        else { return nil }
        self.account = account
        self.refreshToken = refreshToken
        self.token = token
        var server: String?
        if let field = proof.server {
            server = try request.value(of: field, in: proof.place)?.withExposedText({ AccountText.clean($0) })
        }
        self.server = server
    }
}
