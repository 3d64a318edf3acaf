// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

import Foundation

/// How far a long preparation is, on standard error.
enum Progress {
    /// Says something.
    static func note(_ text: String) {
        FileHandle.standardError.write(Data((text + "\n").utf8))
    }

    /// Shows a line: on a terminal in place, else one for each tenth.
    static func show(_ what: String, _ done: Int, of all: Int, since before: Int) {
        let isTerminal = isatty(2) == 1
        guard isTerminal || done * 10 / max(all, 1) != before * 10 / max(all, 1) else { return }
        let line = "\(what): \(done) of \(all)"
        FileHandle.standardError.write(
            Data((isTerminal ? "\r\(line)" + (done == all ? "\n" : "") : line + "\n").utf8))
    }
}
