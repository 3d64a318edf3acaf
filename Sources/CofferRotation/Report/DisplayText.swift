// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

/// Text from outside, made safe to show on a terminal: it is data, never layout.
///
/// Removed: C0 and C1 controls and DELETE (escape sequences), the bidirectional controls and the line and
/// paragraph separators (a line that reads otherwise than it is), and other invisible format characters.
/// A line break becomes one space.
package enum DisplayText {
    /// The most characters of one text that are kept; evidence is a sentence, not a body.
    package static let characterLimit = 400

    /// Gives the text without control characters, on one line and of bounded length.
    package static func clean(_ text: String) -> String {
        var scalars = String.UnicodeScalarView()
        // A hostile text is bounded before it is walked: four scalars per visible character are plenty.
        for scalar in text.unicodeScalars.prefix(characterLimit * 4) {
            switch scalar.properties.generalCategory {
            case .control, .lineSeparator, .paragraphSeparator:
                if scalars.last != " " { scalars.append(" ") }
            case .format, .privateUse, .surrogate, .unassigned:
                continue
            default:
                scalars.append(scalar)
            }
        }
        while scalars.last == " " { scalars.removeLast() }
        let clean = String(scalars).drop { $0 == " " }
        guard clean.count > characterLimit else { return String(clean) }
        return clean.prefix(characterLimit - 1) + "…"
    }
}
