// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

import CofferCredentials
import CofferOAuth

#if canImport(FoundationEssentials)
import FoundationEssentials
#else
import Foundation
#endif

/// What is proven of a webhook, for people and programs; nothing of it is a secret.
struct WebhookView: Encodable, Sendable {
    /// Which of the provider's webhooks it is.
    let webhook: String
    /// The account.
    let accountId: String?
    /// The account's connection.
    let connection: String?
    /// The event.
    let event: String?
    /// The user.
    let userId: String?
    /// The one-time token's id.
    let tokenId: String?
    /// When the one-time token ends.
    let expiresAt: Date?
    /// Whether the body is proven.
    let coversBody: Bool

    /// Takes what was checked.
    init(_ checked: CheckedWebhook) {
        webhook = checked.name
        accountId = checked.accountID
        connection = checked.connection?.description
        event = checked.event
        userId = checked.userID
        tokenId = checked.tokenID
        expiresAt = checked.expiresAt
        coversBody = checked.coversBody
    }

    /// The facts for people.
    var facts: FactSheet {
        FactSheet([
            ("webhook", webhook), ("account", accountId), ("connection", connection), ("event", event),
            ("user", userId),
            ("token", tokenId),
            ("body", coversBody ? "as it was sent" : "not proven: only that the sender knows the key"),
        ])
    }
}
