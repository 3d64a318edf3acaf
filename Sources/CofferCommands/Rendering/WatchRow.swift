// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

#if canImport(FoundationEssentials)
import FoundationEssentials
#else
import Foundation
#endif

/// One line of `coffer refresh --watch`: an object of its own with `--json`.
struct WatchRow: Encodable, Sendable {
    /// The version of the object.
    let version = 1
    /// `watching`, `refreshed`, `unneeded`, `failed`, `clock_set`, `trouble` or `left_out`.
    let event: String
    /// When it happened.
    let at: Date
    /// The connection.
    var path: String?
    /// When the token expires now.
    var expiresAt: Date?
    /// When it refreshes next.
    var refreshAt: Date?
    /// How many readers had wished for it; absent if none had.
    var wishes: Int?
    /// By how many seconds the clock was set.
    var seconds: Int?
    /// How many lines are missing here, as nobody read them in time.
    var lines: Int?
    /// What went wrong.
    var error: RefreshRow.Failure?

    /// A line about no connection.
    init(event: String, at: Date, seconds: Int? = nil, lines: Int? = nil, error: RefreshRow.Failure? = nil) {
        self.event = event
        self.at = at
        self.seconds = seconds
        self.lines = lines
        self.error = error
    }

    /// A refresh that ended.
    init(_ row: RefreshRow, at: Date) {
        event = row.outcome
        self.at = at
        path = row.path
        expiresAt = row.expiresAt
        refreshAt = row.refreshAt
        wishes = row.wishes
        error = row.error
    }

    /// The line for a person: `2026-11-21T15:04:05Z main/crm/acme refreshed, expires in 24 h`.
    func sentence(now: Date, isColoured: Bool) -> String {
        var outcome = event
        if let error { outcome += ": \(error.message)" }
        if let expiresAt { outcome += ", expires \(RelativeTime.text(expiresAt, now: now))" }
        if let wishes { outcome += wishes == 1 ? "; a reader wished for it" : "; \(wishes) readers wished for it" }
        let text = PrintableText.clean([JSONText.rfc3339(at), path, outcome].compactMap(\.self).joined(separator: " "))
        guard isColoured, let colour = event == "failed" ? TextColour.red : event == "refreshed" ? .green : nil else {
            return text
        }
        return text.replacing(" \(event)", with: " \(colour.paint(event))", maxReplacements: 1)
    }
}
