// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

package import Foundation

/// What is due by a moment, without a look inside: an index says so, and the entry decides.
package struct DueSurvey: Sendable {
    /// The entries, the earliest first, with the moment that the index has.
    package var due: [(id: EntryID, at: Date)] = []
    /// When the next one will be due.
    package var next: Date?
}

extension Vault {
    /// Asks the index what is due, in the spaces that this identity may write in.
    package func surveyDue(by instant: Date) async throws -> DueSurvey {
        try await reading { state, reader in
            var survey = DueSurvey()
            for space in state.spaces.values where space.role > .reader {
                survey.due += try reader.due(space: space.id, by: instant.millisecondsSince1970).map {
                    ($0.id, Date(millisecondsSince1970: $0.at))
                }
                let next = try reader.nextDue(space: space.id, after: instant.millisecondsSince1970)
                    .map(Date.init(millisecondsSince1970:))
                survey.next = [survey.next, next].compactMap(\.self).min()
            }
            survey.due.sort { $0.at < $1.at }
            return survey
        }
    }

    /// How many wishes were left so far, without a system call.
    package var wishCount: UInt64 { store.change?.wishes() ?? 0 }
}
