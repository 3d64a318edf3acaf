// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

import CofferCredentials
import CofferOAuth

#if canImport(FoundationEssentials)
import FoundationEssentials
#else
import Foundation
#endif

/// One client secret as Okta lists it.
struct OktaSecret: Sendable {
    /// By how much Okta's clock may be behind ours.
    private static let skew: TimeInterval = 120

    /// Okta's id of it.
    let id: String
    /// The secret.
    let secret: Secret
    /// Whether it is `ACTIVE`.
    let isActive: Bool
    private let created: Date?

    /// Reads an item of the list; nil without what is needed.
    init?(_ value: JSONValue) {
        guard let id = value["id"]?.plainText, let secret = value["client_secret"]?.secret else { return nil }
        self.id = id
        self.secret = secret
        isActive = value["status"]?.plainText == "ACTIVE"
        created = value["created"]?.plainText.flatMap(Self.date)
    }

    /// Whether it is not older than a rotation.
    func isMade(since opened: Date?) -> Bool {
        guard let created, let opened else { return false }
        return created >= opened.addingTimeInterval(-Self.skew)
    }

    /// RFC 3339, with or without parts of a second.
    private static func date(_ text: String) -> Date? {
        (try? Date(text, strategy: Date.ISO8601FormatStyle(includingFractionalSeconds: true)))
            ?? (try? Date(text, strategy: Date.ISO8601FormatStyle()))
    }
}
