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

    /// Where the lines go.
    private let device: any OutputDevice

    /// Whether lines are coloured.
    private let isColoured: Bool

    /// Whether a line of progress stands on the terminal, to be redrawn or wiped.
    private let hasOpenLine = Mutex(false)

    /// Writes to a device.
    ///
    /// - Parameters:
    ///   - device: standard error.
    ///   - environment: read for `NO_COLOR` and `TERM`.
    init(_ device: any OutputDevice, environment: [String: String]) {
        self.device = device
        let noColour = environment["NO_COLOR"].map { !$0.isEmpty } ?? false
        isColoured = device.isTerminal && !noColour && environment["TERM"] != "dumb"
    }

    /// Whether a person reads it on a terminal.
    var isTerminal: Bool { device.isTerminal }

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
            hasOpenLine.withLock { isOpen in
                try? device.write(wipe(&isOpen) + error.json + "\n")
            }
            return
        }
        write(error.lines.enumerated().map { Line(text: $1, colour: $0 == 0 ? .red : .faint) })
    }

    /// Shows how far long work is: redraws one line on a terminal, adds a line elsewhere.
    func progress(_ text: String) {
        guard device.isTerminal else { return note(text) }
        hasOpenLine.withLock { isOpen in
            var line = Self.prefix + PrintableText.clean(text)
            // A line that wraps cannot be redrawn.
            if let columnCount = device.columnCount { line = DisplayWidth.truncate(line, to: columnCount - 1) }
            try? device.write(wipe(&isOpen) + line)
            isOpen = true
        }
    }

    /// Takes the line of progress away.
    func endProgress() {
        hasOpenLine.withLock { isOpen in
            let text = wipe(&isOpen)
            if !text.isEmpty { try? device.write(text) }
        }
    }

    /// Writes lines in one piece, so that they stay together.
    private func write(_ lines: [Line]) {
        hasOpenLine.withLock { isOpen in
            var text = wipe(&isOpen)
            for line in lines {
                let clean = PrintableText.clean(line.text)
                text += Self.prefix
                text += line.colour.map { isColoured ? "\($0.rawValue)\(clean)\u{1B}[0m" : clean } ?? clean
                text += "\n"
            }
            try? device.write(text)
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
