// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

import CofferKeeper

#if canImport(FoundationEssentials)
import FoundationEssentials
#else
import Foundation
#endif

/// What `coffer refresh --watch` shows: a line for each refresh, and on a terminal one that says how much there is to do.
///
/// Whoever stops reading it stops no refresh: lines queue, but for a terminal's, on which two outputs must keep their order.
final class RefreshWatch {
    private let context: CommandContext
    private let format: ListFormat
    private let queue: QueuedOutput?
    private var load: String?

    /// Begins, and says how it ends.
    init(_ context: CommandContext, _ format: ListFormat) throws {
        self.context = context
        self.format = format
        queue = context.diagnostics.isTerminal ? nil : Self.queue(context, format)
        if queue != nil { context.diagnostics.detach() }
        context.diagnostics.note("watching what falls due; stop it with Ctrl-C or SIGTERM")
        if format == .json { try show(WatchRow(event: "watching", at: context.now())) }
    }

    /// Shows what happened.
    ///
    /// - Throws: ``CommandError`` if nobody can read it any more, which ends the watch.
    func show(_ event: WatchEvent) throws {
        try queue?.check()
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

    /// Takes the line that says how much there is to do away, and gives whoever reads a moment for the rest.
    func end() async {
        context.diagnostics.endProgress()
        if let queue, await !queue.settled() {
            context.diagnostics.warn("nobody reads standard output; its last lines are lost")
        }
    }

    private func show(_ row: WatchRow) throws {
        context.diagnostics.endProgress()
        switch format {
        case .json: try write(JSONText.line(row) + "\n")
        case .quiet: if row.event == "refreshed", let path = row.path { try write(path + "\n") }
        case .table: try write(row.sentence(now: context.now(), isColoured: context.isColoured) + "\n")
        }
        if let load { draw(load) }
    }

    private func write(_ text: String) throws {
        if let queue { try queue.write(text) } else { try context.output.write(text) }
    }

    private static func queue(_ context: CommandContext, _ format: ListFormat) -> QueuedOutput {
        QueuedOutput(context.output, name: "standard output") {
            [now = context.now, diagnostics = context.diagnostics] count in
            switch format {
            case .json: return JSONText.line(WatchRow(event: "left_out", at: now(), lines: count)) + "\n"
            case .table:
                return
                    "\(count == 1 ? "1 line was" : "\(count) lines were") left out here, as nobody read them in time\n"
            case .quiet:
                // Paths and nothing else.
                diagnostics.warn("\(count) of the paths were left out, as nobody read them in time")
                return ""
            }
        }
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
