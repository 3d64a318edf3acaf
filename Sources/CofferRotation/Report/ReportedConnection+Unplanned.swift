// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

import CofferCredentials

#if canImport(FoundationEssentials)
import FoundationEssentials
#else
import Foundation
#endif

// Journals from before connections that are in no plan had events of their own know no more of one than the line that the last event has
// of what is left of it. One that got new tokens, and of which nothing is left, has no line there.

extension ReportedConnection {
    /// Rows of what is left of connections that were in no plan, one for each.
    ///
    /// - Parameters:
    ///   - items: the open items of a rotation's last event.
    ///   - at: when that was, which is right after they were tried.
    /// - Returns: the rows, in the order of the items; none for an item that says nothing of that kind.
    static func unplanned(in items: [String], at: Date) -> [ReportedConnection] {
        var rows: [ReportedConnection] = []
        for item in items {
            guard let row = ReportedConnection(unplannedItem: item, at: at) else { continue }
            if let last = rows.last, last.path == row.path {
                rows[rows.count - 1].reason = [last.reason, row.reason].compactMap(\.self).joined(separator: "; ")
            } else {
                rows.append(row)
            }
        }
        return rows
    }

    private init?(unplannedItem item: String, at: Date) {
        guard let place = item.firstRange(of: RotationMachine.unplannedMark),
            let path = try? CredentialPath(String(item[..<place.lowerBound]))
        else { return nil }
        let words = item[place.upperBound...]
        let known = RotationMachine.unplannedEndings
        let endings: [(words: String, outcome: Outcome, tokens: ProofResult?)] = [
            (known.needsPerson, .needsPerson, nil), (known.failed, .failed, nil), (known.alive, .reissued, .refuted),
        ]
        guard let ending = endings.first(where: { words.hasPrefix($0.words) }) else { return nil }
        self.path = path
        outcome = ending.outcome
        tries = 1
        reason = String(words.dropFirst(ending.words.count))
        tokens = ending.tokens
        handledAt = at
    }
}
