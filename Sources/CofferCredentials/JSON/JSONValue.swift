// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

/// A JSON value (RFC 8259) whose texts are secrets until somebody says that they are none.
///
/// `JSONDecoder` would do for a well-behaved server. This keeps every text out of descriptions and
/// in memory that is wiped, keeps a number as it was written, and gives back what it had read of an
/// answer that breaks off.
package enum JSONValue: Sendable, Equatable {
    /// `null`.
    case null
    /// `true` or `false`.
    case bool(Bool)
    /// A number as it was written.
    case number(String)
    /// A text.
    case text(Secret)
    /// A list.
    case array([JSONValue])
    /// An object; names may be there twice.
    case object([Member])

    /// One name and its value.
    package struct Member: Sendable, Equatable {
        /// The name.
        package let name: String
        /// The value.
        package let value: JSONValue

        /// Puts a member together.
        package init(name: String, value: JSONValue) {
            self.name = name
            self.value = value
        }
    }

    /// The last member of that name, as of two most readers take the last; `nil` for null as well.
    package subscript(_ name: String) -> JSONValue? {
        guard case .object(let members) = self, let value = members.last(where: { $0.name == name })?.value,
            value != .null
        else { return nil }
        return value
    }

    /// What a path of names joined by dots leads to; a name may be a number, which counts members of a list from 0.
    package subscript(path path: String) -> JSONValue? {
        var value: JSONValue? = self
        for name in path.split(separator: ".") {
            if case .array(let values)? = value {
                value = Int(name).flatMap { values.indices.contains($0) ? values[$0] : nil }
            } else {
                value = value?[String(name)]
            }
        }
        return value
    }

    /// A text that is a secret; an empty one counts as absent.
    package var secret: Secret? {
        guard case .text(let text) = self, !text.isEmpty else { return nil }
        return text
    }

    /// A text that is none, or a number as it was written.
    package var plainText: String? {
        switch self {
        case .text(let text): text.isEmpty ? nil : text.withExposedText { String($0) }
        case .number(let digits): digits
        default: nil
        }
    }

    /// Plain texts of a list, or of a single text in place of one.
    package var plainTexts: [String] {
        if case .array(let values) = self { return values.compactMap(\.plainText) }
        return plainText.map { [$0] } ?? []
    }

    /// The value as JSON.
    package var encoded: Secret {
        var bytes: [UInt8] = []
        // One allocation for all that is likely, so that growing leaves few copies behind.
        bytes.reserveCapacity(16 << 10)
        encode(into: &bytes)
        defer { for index in bytes.indices { bytes[index] = 0 } }
        return Secret(bytes: bytes)
    }

    private func encode(into bytes: inout [UInt8]) {
        switch self {
        case .null: bytes += Array("null".utf8)
        case .bool(let value): bytes += Array((value ? "true" : "false").utf8)
        case .number(let digits): bytes += Array(digits.utf8)
        case .text(let text): text.withExposedBytes { Self.encode($0, into: &bytes) }
        case .array(let values):
            bytes.append(UInt8(ascii: "["))
            for (index, value) in values.enumerated() {
                if index > 0 { bytes.append(UInt8(ascii: ",")) }
                value.encode(into: &bytes)
            }
            bytes.append(UInt8(ascii: "]"))
        case .object(let members):
            bytes.append(UInt8(ascii: "{"))
            for (index, member) in members.enumerated() {
                if index > 0 { bytes.append(UInt8(ascii: ",")) }
                Self.encode(member.name.utf8, into: &bytes)
                bytes.append(UInt8(ascii: ":"))
                member.value.encode(into: &bytes)
            }
            bytes.append(UInt8(ascii: "}"))
        }
    }

    private static func encode(_ text: some Sequence<UInt8>, into bytes: inout [UInt8]) {
        bytes.append(UInt8(ascii: "\""))
        for byte in text {
            switch byte {
            case UInt8(ascii: "\""), UInt8(ascii: "\\"): bytes += [UInt8(ascii: "\\"), byte]
            case 0..<0x20:
                let digits = Array("0123456789abcdef".utf8)
                bytes += Array("\\u00".utf8) + [digits[Int(byte >> 4)], digits[Int(byte & 15)]]
            default: bytes.append(byte)
            }
        }
        bytes.append(UInt8(ascii: "\""))
    }
}
