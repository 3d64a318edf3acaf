// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

import CofferKeeper

#if canImport(FoundationEssentials)
import FoundationEssentials
#else
import Foundation
#endif

/// One line of `coffer status --watch`: an object of its own with `--json`.
struct StatusRow: Encodable, Sendable {
    /// What is told.
    enum Event: String, Encodable, Sendable {
        /// A connection that was not there before, or is seen for the first time.
        case shown
        /// One that is not as it was.
        case changed
        /// One that is no longer there, or no longer in a state that was asked for.
        case gone
    }

    /// The version of the object.
    let version = 1
    /// What happened.
    let event: Event
    /// When it was seen.
    let at: Date
    /// The connection's path.
    let path: String
    /// The connection, as `status --json` has it; absent where it is gone.
    let connection: ConnectionView?

    /// A connection as it is now.
    init(_ event: Event, _ connection: ConnectionView, at: Date) {
        self.event = event
        self.at = at
        path = connection.path
        self.connection = connection
    }

    /// One that is gone.
    init(gone path: String, at: Date) {
        event = .gone
        self.at = at
        self.path = path
        connection = nil
    }

    /// The line for a person: `2026-11-21T15:04:05Z main/crm/acme: active, account 42, expires in 24 h`.
    func sentence(now: Date, isColoured: Bool) -> String {
        let text = PrintableText.clean("\(JSONText.rfc3339(at)) ")
        guard let connection else { return text + PrintableText.clean("\(path): gone") }
        let line = connection.line(now: now)
        let shown = connection.state.replacing("_", with: " ")
        guard isColoured, let colour = connection.colours[3] else { return text + line }
        return text + line.replacing(": \(shown)", with: ": \(colour.paint(shown))", maxReplacements: 1)
    }
}
