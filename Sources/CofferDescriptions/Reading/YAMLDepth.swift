// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

/// How deeply a YAML text can be nested, judged before a parser that calls itself for each level sees it.
enum YAMLDepth {
    /// More than any description has.
    private static let most = 64

    /// Whether no level can be deeper than is safe; texts in quotes are counted as if they were structure.
    static func isBounded(_ bytes: [UInt8]) -> Bool {
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
