// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

package import CofferCredentials
import CofferOAuth
import CofferVault
import Foundation

extension Keeper {
    /// The longest token of a connection's webhooks: 4 KiB; Bitrix24's has 32 characters.
    private static let longestWebhookToken = 4 << 10

    /// Whether the provider of a connection's app has webhooks that a token of the connection's proves.
    ///
    /// - Throws: ``KeeperError`` `usage` if not, and as for any connection that is changed.
    package func requireWebhookToken(_ path: CredentialPath) async throws {
        try requireIssuer(path)
        let provider = try await pair(path).registration.provider
        guard provider.webhooks?.contains(where: { $0.key == .connectionToken }) == true else {
            throw KeeperError(.usage, "\(provider.displayName) has no webhooks with a token of their own", path: path)
        }
    }

    /// Keeps the token that proves the webhooks of a connection's account; the one that was there is replaced.
    ///
    /// - Returns: whether one was replaced.
    /// - Throws: ``KeeperError`` `usage`; ``VaultError`` `too_large`.
    package func keepWebhookToken(_ token: Secret, at path: CredentialPath) async throws -> Bool {
        try await requireWebhookToken(path)
        guard !token.isEmpty else { throw KeeperError(.usage, "no token was given", path: path) }
        guard token.byteCount <= Self.longestWebhookToken else {
            throw VaultError(.tooLarge, "a token of webhooks has at most 4 KiB; this one has more")
        }
        var replaces = false
        try await changeConnection(
            path, action: .connect, reason: "the token of its webhooks", tracing: \.tracedWebhookToken
        ) { record in
            replaces = record.applicationToken != nil
            guard record.applicationToken != token else { return false }
            record.applicationToken = token
            return true
        }
        return replaces
    }
}
