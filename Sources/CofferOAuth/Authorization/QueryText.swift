// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

/// The query of a URL, written and read as a form (`application/x-www-form-urlencoded`).
enum QueryText {
    /// The most parameters a callback may have; real ones have six.
    private static let longestList = 32

    /// Joins parameters; everything but RFC 3986's unreserved characters is escaped.
    static func encode(_ parameters: [(name: String, value: String)]) -> String {
        parameters.map { "\(escape($0.name))=\(escape($0.value))" }.joined(separator: "&")
    }

    /// Reads parameters.
    ///
    /// - Returns: nothing when an escape is broken, the text is no UTF-8, there are too many, or one name comes twice,
    ///   which RFC 6749 §3.1 forbids and which two readers would read in two ways.
    static func decode(_ query: some StringProtocol) -> [String: String]? {
        var parameters: [String: String] = [:]
        for pair in query.split(separator: "&") {
            let halves = pair.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
            guard let name = halves.first.flatMap({ unescape($0) }) else { return nil }
            guard let value = halves.count > 1 ? unescape(halves[1]) : "" else { return nil }
            guard parameters.updateValue(value, forKey: name) == nil else { return nil }
            guard parameters.count <= longestList else { return nil }
        }
        return parameters
    }

    /// A text in which everything but RFC 3986's unreserved characters is escaped.
    static func escape(_ text: String) -> String {
        var result = ""
        for byte in text.utf8 {
            let scalar = Unicode.Scalar(byte)
            switch scalar {
            case "a"..."z", "A"..."Z", "0"..."9", "-", ".", "_", "~":
                result.unicodeScalars.append(scalar)
            default:
                let digits = String(byte, radix: 16, uppercase: true)
                result += digits.count == 1 ? "%0\(digits)" : "%\(digits)"
            }
        }
        return result
    }

    /// The text behind its escapes; nothing if one is broken or what they say is no UTF-8.
    static func unescape(_ text: some StringProtocol) -> String? {
        var bytes: [UInt8] = []
        var rest = Substring(text).utf8[...]
        while let byte = rest.popFirst() {
            switch byte {
            case UInt8(ascii: "+"):
                bytes.append(UInt8(ascii: " "))
            case UInt8(ascii: "%"):
                let digits = rest.prefix(2)
                guard digits.count == 2, digits.allSatisfy({ Unicode.Scalar($0).properties.isASCIIHexDigit }),
                    let value = UInt8(String(decoding: digits, as: UTF8.self), radix: 16)
                else { return nil }
                bytes.append(value)
                rest.removeFirst(2)
            default:
                bytes.append(byte)
            }
        }
        return String(validating: bytes, as: UTF8.self)
    }
}
