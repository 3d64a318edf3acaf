// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

import Foundation

/// How far a long preparation is, on standard error.
enum Progress {
    /// Shows a line, on a terminal in place.
    static func show(_ what: String, _ done: Int, of all: Int) {
        guard isatty(2) == 1 || done == all else { return }
        let line = "\(what): \(done) of \(all)"
        FileHandle.standardError.write(
            Data((isatty(2) == 1 ? "\r\(line)" + (done == all ? "\n" : "") : line + "\n").utf8))
    }
}
