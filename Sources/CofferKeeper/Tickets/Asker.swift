// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

import Synchronization

/// In whose name something is asked for, besides the identity's: the ticket that an agent's client holds.
package enum Asker {
    /// The ticket; nil where this user's own processes ask.
    @TaskLocal static var ticket: TicketID?

    /// Whether this process ever asked in the name of a ticket: only an agent does.
    private static let isInUse = Atomic(false)

    /// Whether this user's own processes ask, not a ticket's holder.
    ///
    /// The value of a task is dear to look up, half as much as a hand-out from memory. Whoever asks in a ticket's name comes
    /// behind ``named(_:_:)`` in the order of its task, and so sees what was set there.
    static var isNobodyElse: Bool { !isInUse.load(ordering: .relaxed) || ticket == nil }

    /// Does something in the name of a ticket, which then stands in the events of what is handed out and refused.
    ///
    /// - Parameters:
    ///   - ticket: The ticket; nil for none.
    ///   - body: What is done.
    /// - Returns: what the body returns.
    /// - Throws: what the body throws.
    package static func named<Result: Sendable>(
        _ ticket: TicketID?, _ body: @Sendable () async throws -> Result
    ) async throws -> Result {
        guard let ticket else { return try await body() }
        isInUse.store(true, ordering: .relaxed)
        return try await $ticket.withValue(ticket) { try await body() }
    }

    /// What stands in an event besides its own details.
    static func details(_ ticket: TicketID? = Asker.ticket) -> [String: String] {
        ticket.map { ["ticket": $0.name] } ?? [:]
    }
}
