// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

/// What was done with one secret that may be used once, as a refresh token.
package struct Presentation: Sendable, Equatable {
    /// The requests that carried it, by number, in order.
    package let numbers: [Int]
    /// Whether two of them were under way at once.
    package let isTwiceAtOnce: Bool
    /// Whether it was sent again after tokens had been given for it and the answer had arrived whole.
    package let isAfterSuccess: Bool
    /// Whether it was sent again after it had been refused for good, by a server that knew the client.
    package let isAfterRefusal: Bool
    /// How often it was sent again after an end that told the client nothing.
    package let repeatCount: Int

    /// Judges the requests that carried one secret, in order.
    init(_ records: [RequestRecord]) {
        numbers = records.map(\.number)
        isTwiceAtOnce = zip(records, records.dropFirst()).contains { earlier, later in
            earlier.answeredAfter.map { $0 >= later.number } ?? true
        }
        isAfterSuccess = records.dropLast().contains { $0.outcome == .accepted }
        isAfterRefusal = records.dropLast().contains { $0.outcome == .refused }
        repeatCount = records.dropLast().count { $0.outcome == .unknown }
    }
}
