// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

import CofferKeeper
import CofferOAuth

/// What `coffer status --watch` shows: a table that is drawn over itself, or a line for each change.
final class StatusWatch {
    private let context: CommandContext
    private let format: ListFormat
    /// Whether there is a terminal to draw on.
    private let isDrawn: Bool
    private var isOpen = false
    /// What was shown last, by path.
    private var known: [String: ConnectionView]?
    private var connections: [ConnectionView] = []

    /// Begins.
    init(_ context: CommandContext, _ format: ListFormat) {
        self.context = context
        self.format = format
        isDrawn = format == .table && context.output.isTerminal && context.environment["TERM"] != "dumb"
        if !isDrawn { context.diagnostics.note("watching for changes; stop it with Ctrl-C or SIGTERM") }
    }

    /// Shows all connections as they are now.
    ///
    /// - Throws: ``CommandError`` if nobody can read it any more, which ends the watch.
    func show(_ connections: [ConnectionView]) throws {
        self.connections = connections
        if isDrawn { return try draw() }
        let now = context.now()
        let before = known
        for connection in connections where before?[connection.path] != connection {
            try write(StatusRow(before?[connection.path] == nil ? .shown : .changed, connection, at: now))
        }
        let present = Dictionary(connections.map { ($0.path, $0) }) { first, _ in first }
        for path in (before ?? [:]).keys.sorted() where present[path] == nil {
            try write(StatusRow(gone: path, at: now))
        }
        known = present
    }

    /// Gives the terminal back as it was, with the last table below.
    func end() {
        guard isOpen else { return }
        isOpen = false
        try? context.output.write(LiveTable<ConnectionView>.closing)
        try? ListOutput(items: connections, now: context.now()).write(.table, in: context)
    }

    private func draw() throws {
        if !isOpen {
            // Before it is written, so that a half of it is taken back too.
            isOpen = true
            try context.output.write(LiveTable<ConnectionView>.opening)
        }
        let table = LiveTable(items: connections, now: context.now())
        try context.output.write(
            table.drawing(
                heading, columnCount: context.output.columnCount, rowCount: context.output.rowCount,
                isColoured: context.isColoured))
    }

    /// `12 connections, 1 needs a person; 2026-11-21T15:04:05Z; stop with Ctrl-C`.
    private var heading: String {
        let waiting = connections.count { Self.needsPerson($0) }
        let count = connections.count == 1 ? "1 connection" : "\(connections.count) connections"
        let trouble = waiting == 0 ? "" : waiting == 1 ? ", 1 needs a person" : ", \(waiting) need a person"
        return "\(count)\(trouble); \(JSONText.rfc3339(context.now())); stop with Ctrl-C"
    }

    private static func needsPerson(_ connection: ConnectionView) -> Bool {
        switch GrantState(rawValue: connection.state) {
        case .needsReauthorization, .blocked, .paymentRequired, .parked: true
        default: false
        }
    }

    private func write(_ row: StatusRow) throws {
        switch format {
        case .json: try context.output.write(JSONText.line(row) + "\n")
        case .quiet: try context.output.write(PrintableText.clean(row.path) + "\n")
        case .table: try context.output.write(row.sentence(now: context.now(), isColoured: context.isColoured) + "\n")
        }
    }
}
