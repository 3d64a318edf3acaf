// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

import CofferKeeper

#if canImport(FoundationEssentials)
import FoundationEssentials
#else
import Foundation
#endif

/// What `coffer refresh --watch` shows: a line for each refresh, and on a terminal one that says how much there is to do.
final class RefreshWatch {
    private let context: CommandContext
    private let format: ListFormat
    private var load: String?

    /// Begins, and says how it ends.
    init(_ context: CommandContext, _ format: ListFormat) throws {
        self.context = context
        self.format = format
        context.diagnostics.note("watching what falls due; stop it with Ctrl-C or SIGTERM")
        if format == .json { try show(WatchRow(event: "watching", at: context.now())) }
    }

    /// Shows what happened.
    ///
    /// - Throws: ``CommandError`` if nobody reads it any more, which ends the watch.
    func show(_ event: WatchEvent) throws {
        let now = context.now()
        switch event {
        case .ended(let line):
            try show(WatchRow(RefreshRow(line), at: now))
        case .clockSet(let seconds):
            if format == .json {
                try show(WatchRow(event: "clock_set", at: now, seconds: Int(seconds.rounded())))
            } else {
                context.diagnostics.note("the clock was set by \(Int(seconds.rounded())) s; looking again what is due")
            }
        case .trouble(let error):
            let failure = CommandError(error)
            if format == .json {
                try show(
                    WatchRow(event: "trouble", at: now, error: .init(code: failure.code, message: failure.message)))
            } else {
                context.diagnostics.warn("\(failure.message); looking again")
            }
        case .load(let running, let waiting, let nextDue):
            drawLoad(Self.text(running, waiting, nextDue, now))
        }
    }

    /// Takes the line that says how much there is to do away.
    func end() {
        context.diagnostics.endProgress()
    }

    private func show(_ row: WatchRow) throws {
        context.diagnostics.endProgress()
        switch format {
        case .json: try context.output.write(JSONText.line(row) + "\n")
        case .quiet: if row.event == "refreshed", let path = row.path { try context.output.write(path + "\n") }
        case .table: try context.output.write(row.sentence(now: context.now(), isColoured: context.isColoured) + "\n")
        }
        if let load { draw(load) }
    }

    /// Only on a terminal, where it is redrawn: elsewhere it would be a line each time.
    private func drawLoad(_ text: String) {
        guard text != load else { return }
        load = text
        draw(text)
    }

    private func draw(_ text: String) {
        if context.diagnostics.isTerminal { context.diagnostics.progress(text) }
    }

    private static func text(_ running: Int, _ waiting: Int, _ nextDue: Date?, _ now: Date) -> String {
        if running + waiting > 0 { return "watching: \(running) under way, \(waiting) due" }
        guard let nextDue else { return "watching: nothing falls due" }
        return "watching: the next is due \(RelativeTime.text(nextDue, now: now))"
    }
}
