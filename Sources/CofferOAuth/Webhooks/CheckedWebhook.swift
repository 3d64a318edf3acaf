// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

public import CofferCredentials

#if canImport(FoundationEssentials)
public import FoundationEssentials
#else
public import Foundation
#endif

/// What is proven of a webhook.
///
/// Only what stands here is: of an amoCRM notice of removal the two ids alone are signed, and neither it nor the vendor's other
/// HMACs hold a time, so that whoever saw one can send it again.
public struct CheckedWebhook: Sendable, Equatable {
    /// Which of the provider's webhooks it is, by the name in the description.
    public let name: String
    /// The provider's id of the account; nil where the proof holds none.
    public internal(set) var accountID: String?
    /// The account's connection, where it is known.
    public package(set) var connection: CredentialPath?
    /// What a form calls the event (`event`), as ONAPPUNINSTALL; nil elsewhere.
    public internal(set) var event: String?
    /// The user whose browser sent it, where a token names one (`user_id`).
    public internal(set) var userID: String?
    /// The id of a one-time token (RFC 7519 §4.1.7); whoever checks in several processes keeps those that came.
    public internal(set) var tokenID: String?
    /// From when on a one-time token is believed no more, a minute after its end, and its id may be forgotten.
    public internal(set) var expiresAt: Date?
    /// Whether the body is what the sender sent, byte for byte.
    public let coversBody: Bool

    init(_ proof: WebhookProof) {
        name = proof.name
        coversBody = proof.signs == .body
    }
}
