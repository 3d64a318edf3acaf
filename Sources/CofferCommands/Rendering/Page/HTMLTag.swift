// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

/// The elements that a page is made of; none that loads or runs anything.
enum HTMLTag: String {
    // The document.
    case html, head, body, meta, title, header, main, section, footer
    // Texts.
    case h1, h2, h3, p, div, span, strong, small, code, time, br
    // Lists and tables.
    case ol, ul, li, dl, dt, dd, table, caption, thead, tbody, tr, th, td
    // What unfolds without a script.
    case details, summary
    // Drawings.
    case figure, svg, desc, g, line, rect, circle, text

    /// Whether it has no end tag (HTML, 13.1.2).
    var isVoid: Bool {
        switch self {
        case .meta, .br: true
        default: false
        }
    }

    /// Whether the next one begins on a line of its own, so that a page can be read, searched and compared by lines.
    var endsLine: Bool {
        switch self {
        case .title, .head, .header, .section, .h1, .h2, .p, .dd, .li, .caption, .thead, .tr, .svg, .line, .rect,
            .circle:
            true
        default: false
        }
    }
}
