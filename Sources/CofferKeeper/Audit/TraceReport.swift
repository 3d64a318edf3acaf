// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

import CofferVault
package import Foundation

/// Whether a string is or was one of ours, and who had it.
package struct TraceReport: Sendable, Encodable {
    /// One place where it stands or stood.
    package struct Match: Sendable, Encodable {
        /// The entry's path; absent where it is gone, and the events are sealed to others.
        package var path: String?
        /// The space.
        package let space: String
        /// The field, as `client_secret`.
        package let field: String
        /// `present`, `waiting` (sealed, and not in force), `past` or `spent`.
        package let state: String
        /// The write that stored it.
        package var stored: Place?
        /// The write that ended it.
        package var ended: Place?
        /// Who was handed it; absent where the events are sealed to others.
        package var handedTo: [HandOut]?
        /// Whether it is an access token with less than the whole, which new tokens of its connection don't end.
        package internal(set) var isNarrowed = false

        private enum CodingKeys: String, CodingKey {
            case path, space, field, state, stored, ended, handedTo
        }
    }

    /// An event.
    package struct Place: Sendable, Encodable {
        /// The name of the identity.
        package let identity: String
        /// The number in its chain.
        package let sequence: Int
        /// When; absent where the body is sealed to others.
        package let at: Date?
    }

    /// What one identity was handed of it.
    package struct HandOut: Sendable, Encodable {
        /// The name of the identity.
        package let identity: String
        /// How often.
        package internal(set) var count: Int
        /// The first time.
        package internal(set) var firstAt: Date
        /// The last time.
        package internal(set) var lastAt: Date
        /// The reasons that were given.
        package internal(set) var reasons: [String]

        init(identity: String, firstAt: Date) {
            self.identity = identity
            count = 0
            self.firstAt = firstAt
            lastAt = firstAt
            reasons = []
        }

        mutating func count(_ record: AuditRecord) {
            count += record.repeatCount
            firstAt = min(firstAt, record.at)
            lastAt = max(lastAt, record.at)
            if !record.reason.isEmpty, !reasons.contains(record.reason) { reasons.append(record.reason) }
        }
    }

    /// Whether it is or was ours.
    package internal(set) var isOurs: Bool
    /// Whose identity it is, if it is the text of one.
    package internal(set) var identityOf: String?
    /// Where it stands or stood.
    package internal(set) var matches: [Match]
    /// What limits the answer, in sentences.
    package internal(set) var notes: [String]

    private enum CodingKeys: String, CodingKey {
        case isOurs = "ours"
        case identityOf = "identity"
        case matches, notes
    }
}
