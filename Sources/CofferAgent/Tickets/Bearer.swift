// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

import CofferCredentials
import HTTPTypes

/// What stands in `Authorization`, the one place where a ticket is looked for: addresses and cookies are logged and kept.
enum Bearer {
    /// The longest that is looked at, in bytes: twice a ticket.
    private static let longest = 128

    /// Reads the header of a request.
    ///
    /// - Returns: the bearer; nil where there is no such field.
    /// - Throws: ``RequestFault`` 401 for several fields, another scheme and what can't be a ticket (RFC 6750 §2.1).
    static func read(_ fields: HTTPFields) throws(RequestFault) -> Secret? {
        let values = fields[values: .authorization]
        guard let value = values.first else { return nil }
        let sides = value.split(separator: " ", maxSplits: 1, omittingEmptySubsequences: false)
        guard values.count == 1, sides.count == 2, sides[0].lowercased() == "bearer",
            (1...longest).contains(sides[1].utf8.count), sides[1].utf8.allSatisfy(\.isBearerCharacter)
        else { throw .ticketRefused }
        return Secret(bytes: sides[1].utf8)
    }
}
