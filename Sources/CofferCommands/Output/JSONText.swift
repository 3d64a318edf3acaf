// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

#if canImport(FoundationEssentials)
import FoundationEssentials
#else
import Foundation
#endif

/// JSON as the contracts want it: `snake_case`, times in RFC 3339 and UTC, keys in order.
///
/// What is absent is left out, which is what synthesised `Encodable` does with optionals.
enum JSONText {
    /// The key of the document's version.
    enum VersionKey: String {
        /// As almost everywhere.
        case version
        /// Where `version` is the entry's own.
        case formatVersion = "format_version"
    }

    /// A document for programs: an object with its version in it, over several lines.
    ///
    /// - Parameters:
    ///   - body: encodes itself as an object.
    ///   - key: the name of the version.
    /// - Returns: the text, which ends with a line break.
    static func document(_ body: some Encodable, version key: VersionKey = .version) -> String {
        encode(Versioned(body: body, key: key), [.prettyPrinted]) + "\n"
    }

    /// A document with a list in it, under a name.
    ///
    /// - Parameters:
    ///   - items: what is in the list.
    ///   - name: the key of the list.
    /// - Returns: the text, which ends with a line break.
    static func document(listing items: [some Encodable], as name: String) -> String {
        document([name: items])
    }

    /// One value on one line, without a version and without a line break.
    static func line(_ value: some Encodable) -> String {
        encode(value, [])
    }

    /// Encodes, and writes as `\u` what could steer a terminal.
    private static func encode(_ value: some Encodable, _ formatting: JSONEncoder.OutputFormatting) -> String {
        let encoder = JSONEncoder()
        encoder.outputFormatting = formatting.union([.sortedKeys, .withoutEscapingSlashes])
        encoder.keyEncodingStrategy = .convertToSnakeCase
        encoder.dateEncodingStrategy = .custom { date, encoder in
            var container = encoder.singleValueContainer()
            try container.encode(rfc3339(date))
        }
        do {
            return escape(String(decoding: try encoder.encode(value), as: UTF8.self))
        } catch {
            // The models are ours and hold no floating-point number, the one thing that fails.
            preconditionFailure("a model does not encode: \(type(of: value))")
        }
    }

    /// A time as RFC 3339 has it, in UTC with whole seconds: `2026-11-21T03:08:38Z`.
    static func rfc3339(_ date: Date) -> String {
        // Rounded down, so that an expiry is never shown later than it is.
        Date(timeIntervalSince1970: date.timeIntervalSince1970.rounded(.down)).ISO8601Format()
    }

    /// Escapes C1 and DEL and what reverses or hides text.
    ///
    /// JSON allows them unescaped (RFC 8259 §7), and they stand in strings only, so that the value
    /// stays the same. Line breaks are the document's own: those in strings are escaped already.
    private static func escape(_ text: String) -> String {
        guard text.unicodeScalars.contains(where: { $0 != "\n" && !PrintableText.isPlain($0) }) else { return text }
        var escaped = ""
        for scalar in text.unicodeScalars {
            if scalar == "\n" || PrintableText.isPlain(scalar) {
                escaped.unicodeScalars.append(scalar)
            } else {
                for unit in String(scalar).utf16 {
                    let digits = String(unit, radix: 16)
                    escaped += "\\u" + String(repeating: "0", count: 4 - digits.count) + digits
                }
            }
        }
        return escaped
    }

    /// An object with its version in it.
    private struct Versioned<Body: Encodable>: Encodable {
        let body: Body
        let key: VersionKey

        /// The key of the version.
        private struct Key: CodingKey {
            let stringValue: String
            var intValue: Int? { nil }

            init(stringValue: String) { self.stringValue = stringValue }

            init?(intValue: Int) { nil }
        }

        func encode(to encoder: any Encoder) throws {
            try body.encode(to: encoder)
            var container = encoder.container(keyedBy: Key.self)
            try container.encode(1, forKey: Key(stringValue: key.rawValue))
        }
    }
}
