// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

/// How many columns of a terminal a text takes.
///
/// A character takes two columns if it is East Asian wide or full-width (Unicode Annex 11) or an
/// emoji, none if it is only a mark or invisible, and one otherwise. Terminals differ in rare
/// cases; a table is then a column askew, and nothing else is wrong.
enum DisplayWidth {
    /// The columns that a text takes.
    static func of(_ text: String) -> Int {
        if text.utf8.allSatisfy({ (0x20..<0x7F).contains($0) }) { return text.utf8.count }
        return text.reduce(0) { $0 + of($1) }
    }

    /// The columns that one character, with its marks, takes.
    static func of(_ character: Character) -> Int {
        var width = 0
        for scalar in character.unicodeScalars {
            // Variation selector 16 asks for the emoji form (Unicode TR 51 §1.4.3).
            if scalar.value == 0xFE0F { return 2 }
            width = max(width, of(scalar))
        }
        return width
    }

    /// The text cut to a number of columns, with `…` for what is missing.
    ///
    /// - Parameters:
    ///   - text: the text.
    ///   - columns: how many columns there are.
    /// - Returns: a text that is not wider, and is the same if it fits.
    static func truncate(_ text: String, to columns: Int) -> String {
        guard of(text) > columns else { return text }
        guard columns > 0 else { return "" }
        var kept = ""
        var width = 1
        for character in text {
            width += of(character)
            if width > columns { break }
            kept.append(character)
        }
        return kept + "…"
    }

    /// The columns that one scalar takes by itself.
    private static func of(_ scalar: Unicode.Scalar) -> Int {
        switch scalar.properties.generalCategory {
        case .nonspacingMark, .enclosingMark, .format, .control:
            return 0
        default:
            break
        }
        if scalar.properties.isEmojiPresentation { return 2 }
        return wide.contains { $0.contains(scalar.value) } ? 2 : 1
    }

    /// The wide and full-width blocks of EastAsianWidth.txt, joined where only unassigned
    /// characters lie between.
    private static let wide: [ClosedRange<UInt32>] = [
        0x1100...0x115F, 0x2E80...0x303E, 0x3041...0x33FF, 0x3400...0x4DBF, 0x4E00...0xA4CF, 0xA960...0xA97C,
        0xAC00...0xD7A3, 0xF900...0xFAFF, 0xFE10...0xFE19, 0xFE30...0xFE6F, 0xFF01...0xFF60, 0xFFE0...0xFFE6,
        0x16FE0...0x18CFF, 0x1AFF0...0x1B2FF, 0x1F200...0x1F265, 0x20000...0x2FFFD, 0x30000...0x3FFFD,
    ]
}
