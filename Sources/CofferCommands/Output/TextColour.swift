// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

/// The colours of words on a terminal, as ECMA-48 SGR.
enum TextColour: String, Sendable {
    /// All is well.
    case green = "\u{1B}[32m"
    /// Look here.
    case yellow = "\u{1B}[33m"
    /// Something is wrong.
    case red = "\u{1B}[31m"

    /// The text in this colour.
    func paint(_ text: String) -> String { "\(rawValue)\(text)\u{1B}[0m" }
}

extension CommandContext {
    /// Whether standard output is coloured: on a terminal that is not dumb, unless `NO_COLOR` is set (no-color.org).
    var isColoured: Bool {
        output.isTerminal && environment["NO_COLOR"]?.isEmpty ?? true && environment["TERM"] != "dumb"
    }
}
