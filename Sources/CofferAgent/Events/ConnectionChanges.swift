// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

/// Finds what is to be told by comparing how connections were with how they are.
///
/// A pure value. What happened in between two looks and was undone is not told; who needs every step reads the vault's record.
struct ConnectionChanges {
    /// The states with which only a person can go on.
    private static let personal: Set<String> = ["needs_reauthorization", "blocked", "payment_required"]

    private var known: [String: ConnectionState]?

    /// Whether nobody has looked yet, so that there is nothing to compare with.
    var isEmpty: Bool { known == nil }

    /// Takes a look; the first is only remembered, and so is what is new.
    mutating func take(_ states: [ConnectionState]) -> [AgentEvent] {
        defer { known = Dictionary(states.map { ($0.path, $0) }) { $1 } }
        guard let known else { return [] }
        return states.flatMap { state -> [AgentEvent] in
            guard let before = known[state.path], before != state else { return [] }
            var events: [AgentEvent] = []
            // A lower one as well: of a connection that was made anew, or restored, the token is another one.
            if state.version != before.version { events.append(.refreshed(state)) }
            if state.state != before.state {
                if state.state == "tainted" { events.append(.tainted(state)) }
                if Self.personal.contains(state.state) { events.append(.needsPerson(state)) }
            }
            return events
        }
    }
}
