// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

package import Foundation

/// What is due by a moment, without a look inside: an index says so, and the entry decides.
package struct DueSurvey: Sendable {
    /// The entries, the earliest first, with the moment that the index has.
    package var due: [(id: EntryID, at: Date)] = []
    /// When the next one will be due.
    package var next: Date?
    /// Whether nothing else is due.
    package var isWhole = true
}

extension Vault {
    /// Asks the index what is due, in the spaces that this identity may write in; of a vault of several machines this process's share.
    ///
    /// - Parameters:
    ///   - instant: By when.
    ///   - limit: How many of a space are told of at most, where the vault is not several machines': whoever reads beside it waits for the whole
    ///     answer.
    /// - Returns: What is due.
    /// - Throws: ``VaultError``.
    package func surveyDue(by instant: Date, atMost limit: Int = .max) async throws -> DueSurvey {
        let spaces = state.spaces.values.filter { $0.role > .reader }.map(\.id)
        let taken = try await store.takeDue(in: spaces, by: instant.millisecondsSince1970)
        return try await reading { state, reader in
            var survey = DueSurvey()
            survey.due += (taken ?? []).map { ($0.id, Date(millisecondsSince1970: $0.at)) }
            for space in state.spaces.values where space.role > .reader {
                if taken == nil {
                    let due = try reader.due(space: space.id, by: instant.millisecondsSince1970, limit: limit)
                    if due.count >= limit { survey.isWhole = false }
                    survey.due += due.map { ($0.id, Date(millisecondsSince1970: $0.at)) }
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
    package var wishCount: UInt64 { change?.wishes() ?? 0 }
}
