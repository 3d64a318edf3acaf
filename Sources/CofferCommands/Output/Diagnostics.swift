// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

import Synchronization

/// What is told to people, on standard error: each line begins with `coffer: `.
///
/// Colour is used on a terminal only, and not if `NO_COLOR` is set (no-color.org) or the terminal
/// is dumb. A failure to write is not reported: there is nowhere to report it to.
final class Diagnostics: Sendable {
    /// What each line begins with.
    private static let prefix = "coffer: "

    private struct State {
        /// Where the lines go.
        var device: any OutputDevice
        /// The same, once lines queue before it.
        var queue: QueuedOutput?
        /// Whether a line of progress stands on the terminal, to be redrawn or wiped.
        var hasOpenLine = false
    }

    /// Whether lines are coloured.
    private let isColoured: Bool

    /// Whether a person reads it on a terminal.
    let isTerminal: Bool

    private let state: Mutex<State>

    /// Writes to a device.
    ///
    /// - Parameters:
    ///   - device: standard error.
    ///   - environment: read for `NO_COLOR` and `TERM`.
    init(_ device: any OutputDevice, environment: [String: String]) {
        state = Mutex(State(device: device))
        isTerminal = device.isTerminal
        let noColour = environment["NO_COLOR"].map { !$0.isEmpty } ?? false
        isColoured = isTerminal && !noColour && environment["TERM"] != "dumb"
    }

    /// From now on lines queue, and a thread of their own writes them.
    ///
    /// For a process that serves others, which nobody who stopped reading may hold up. ``settle()`` is called before it ends.
    func detach() {
        state.withLock { state in
            guard state.queue == nil else { return }
            let queue = QueuedOutput(state.device, name: "standard error") { count in
                "\(Self.prefix)\(count == 1 ? "1 line was" : "\(count) lines were") left out here, as nobody read them in time\n"
            }
            (state.device, state.queue) = (queue, queue)
        }
    }

    /// Waits until what queues was written, for a bounded time; at once where nothing does.
    func settle() async {
        _ = await state.withLock { $0.queue }?.settled()
    }

    /// Tells something.
    func note(_ text: String) {
        write([Line(text: text, colour: nil)])
    }

    /// Tells what a person should not overlook.
    func warn(_ text: String) {
        write([Line(text: "warning: \(text)", colour: .yellow)])
    }

    /// Says what to do next.
    func hint(_ text: String) {
        write([Line(text: "hint: \(text)", colour: .faint)])
    }

    /// Reports a failure: a sentence and a hint, or an object for programs.
    func report(_ error: CommandError, asJSON: Bool) {
        if asJSON {
            state.withLock { state in
                try? state.device.write(wipe(&state.hasOpenLine) + error.json + "\n")
            }
            return
        }
        write(error.lines.enumerated().map { Line(text: $1, colour: $0 == 0 ? .red : .faint) })
    }

    /// Shows how far long work is: redraws one line on a terminal, adds a line elsewhere.
    func progress(_ text: String) {
        guard isTerminal else { return note(text) }
        state.withLock { state in
            var line = Self.prefix + PrintableText.clean(text)
            // A line that wraps cannot be redrawn.
            if let columnCount = state.device.columnCount { line = DisplayWidth.truncate(line, to: columnCount - 1) }
            try? state.device.write(wipe(&state.hasOpenLine) + line)
            state.hasOpenLine = true
        }
    }

    /// Takes the line of progress away.
    func endProgress() {
        state.withLock { state in
            let text = wipe(&state.hasOpenLine)
            if !text.isEmpty { try? state.device.write(text) }
        }
    }

    /// Writes lines in one piece, so that they stay together.
    private func write(_ lines: [Line]) {
        state.withLock { state in
            var text = wipe(&state.hasOpenLine)
            for line in lines {
                let clean = PrintableText.clean(line.text)
                text += Self.prefix
                text += line.colour.map { isColoured ? "\($0.rawValue)\(clean)\u{1B}[0m" : clean } ?? clean
                text += "\n"
            }
            try? state.device.write(text)
        }
    }

    /// What wipes the line of progress: back to its beginning, and erase (ECMA-48 EL).
    private func wipe(_ isOpen: inout Bool) -> String {
        defer { isOpen = false }
        return isOpen ? "\r\u{1B}[K" : ""
    }

    /// One line.
    private struct Line {
        let text: String
        let colour: Colour?
    }

    /// The colours, as ECMA-48 SGR.
    private enum Colour: String {
        case red = "\u{1B}[31m"
        case yellow = "\u{1B}[33m"
        case faint = "\u{1B}[2m"
    }
}
