// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

/// What somebody who listens is told of: everything, what is below a prefix, what a ticket is good for.
struct EventInterest: Sendable {
    /// A space, or the beginning of a path up to a slash.
    var prefix: String?
    /// The ticket that he listens with.
    var ticket: Ticket?

    /// Whether he is told of an event; of what is about the agent everybody is.
    ///
    /// Rotations are not for whoever has a ticket: he gets what a reader may have, and a reader may not see them.
    func includes(_ event: AgentEvent) -> Bool {
        guard let path = event.path else { return true }
        if let ticket, event.isOfRotation || !ticket.allows(path) { return false }
        guard let prefix else { return true }
        return path == prefix || path.hasPrefix(prefix.hasSuffix("/") ? prefix : prefix + "/")
    }
}
