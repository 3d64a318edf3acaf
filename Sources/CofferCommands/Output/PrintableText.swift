// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

/// Takes out of foreign text what could steer a terminal or deceive its reader.
///
/// Text from a provider, a callback or a child is data (architecture, rule 8). Taken out are the
/// control characters C0, C1 and DEL, the marks and overrides of the bidirectional algorithm
/// (Unicode TR 36 §2.5, "Trojan Source") and other invisible format characters; line breaks and
/// tabs become spaces. The joiners U+200C and U+200D stay: scripts and emoji need them.
enum PrintableText {
    /// The text on one line, without what could steer a terminal.
    static func clean(_ text: String) -> String {
        guard text.unicodeScalars.contains(where: { !isPlain($0) }) else { return text }
        var scalars = String.UnicodeScalarView()
        for scalar in text.unicodeScalars {
            if isPlain(scalar) {
                scalars.append(scalar)
            } else if isLineBreakOrTab(scalar) {
                scalars.append(" ")
            }
        }
        return String(scalars)
    }

    /// Whether a character may be shown as it is.
    static func isPlain(_ scalar: Unicode.Scalar) -> Bool {
        if (0x20..<0x7F).contains(scalar.value) { return true }
        switch scalar.properties.generalCategory {
        case .control, .lineSeparator, .paragraphSeparator, .surrogate:
            return false
        case .format:
            return scalar.value == 0x200C || scalar.value == 0x200D
        default:
            return true
        }
    }

    /// Whether a character stands for a gap between words.
    private static func isLineBreakOrTab(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar.value {
        case 0x09...0x0D, 0x85, 0x2028, 0x2029:
            return true
        default:
            return false
        }
    }
}
