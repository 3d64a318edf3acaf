// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

/// Where the events of rotations are kept.
///
/// A conformer is safe to call from several tasks and from several processes at once.
package protocol RotationJournal: Sendable {
    /// Appends one event; durable before it returns.
    ///
    /// The index is the fence: of two that append at one index, one wins.
    /// - Throws: `RotationError` with code `superseded` if the index is taken.
    func append(_ event: JournalEvent, to id: RotationID, at index: Int) async throws

    /// Gives all events in order, none for an unknown id.
    func events(of id: RotationID) async throws -> [JournalEvent]
}
