// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

/// What a YAML text may not hold, judged before a parser that calls itself for each level, and that goes through all that an
/// alias stands for, sees it.
enum YAMLGuard {
    /// More levels than any description has.
    private static let most = 64
    /// What the name of an anchor is made of (libyaml 0.2, `IS_ALPHA`).
    private static func isName(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
            UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "_"), UInt8(ascii: "-"):
            true
        default: false
        }
    }

    /// What may stand before a token.
    private static let separators = Set(" \t\r\n[]{},:-?!".utf8)

    /// What is wrong with a text, as the end of a sentence; `nil` if nothing is.
    ///
    /// Texts in quotes are judged as if they were structure.
    static func objection(to text: String) -> String? {
        // YAML 1.1 takes these as ends of lines, and nobody writes them.
        guard !text.unicodeScalars.contains(where: { [0x85, 0x2028, 0x2029].contains($0.value) }) else {
            return "it holds line breaks of another kind than the usual one"
        }
        let bytes = Array(text.utf8)
        guard isShallow(bytes) else { return "it is nested more deeply than any description" }
        guard !hasAliases(bytes) else {
            return "it holds an anchor or an alias (& or * before a name), which no description needs"
        }
        return nil
    }

    private static func hasAliases(_ bytes: [UInt8]) -> Bool {
        bytes.indices.contains { index in
            guard bytes[index] == UInt8(ascii: "&") || bytes[index] == UInt8(ascii: "*"), index + 1 < bytes.count,
                isName(bytes[index + 1])
            else { return false }
            return index == 0 || separators.contains(bytes[index - 1])
        }
    }

    private static func isShallow(_ bytes: [UInt8]) -> Bool {
        var open = 0
        var leading = 0
        var isLeading = true
        for byte in bytes {
            switch byte {
            case UInt8(ascii: "\n"), UInt8(ascii: "\r"):
                isLeading = true
                leading = 0
            // Each of these may begin a level of its own at the beginning of a line.
            case UInt8(ascii: " "), UInt8(ascii: "-"), UInt8(ascii: "?"), UInt8(ascii: ":"), UInt8(ascii: "\t"):
                if isLeading { leading += 1 }
            case UInt8(ascii: "["), UInt8(ascii: "{"):
                isLeading = false
                open += 1
            case UInt8(ascii: "]"), UInt8(ascii: "}"): open = max(open - 1, 0)
            default: isLeading = false
            }
            if open > most || leading > most { return false }
        }
        return true
    }
}
