// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

import Foundation

/// Named values of a query, a form or a flat JSON object, in the order in which they were sent.
struct Fields: Sendable {
    /// The names and values; the first of equal names counts.
    let pairs: [(name: String, value: String)]

    /// No fields.
    static let none = Fields(pairs: [])

    /// Takes fields as they are.
    init(pairs: [(name: String, value: String)]) {
        self.pairs = pairs
    }

    /// Decodes `application/x-www-form-urlencoded` text (https://url.spec.whatwg.org/#concept-urlencoded-parser).
    init(formEncoded text: some StringProtocol) {
        pairs = text.split(separator: "&").map { part in
            let sides = part.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
            return (Self.decoded(sides[0]), sides.count > 1 ? Self.decoded(sides[1]) : "")
        }
    }

    /// Decodes a flat JSON object; members that are no string or number read as empty.
    ///
    /// Returns `nil` for anything else.
    init?(json bytes: Data) {
        guard let object = try? JSONDecoder().decode([String: Scalar].self, from: bytes) else { return nil }
        pairs = object.sorted { $0.key < $1.key }.map { ($0.key, $0.value.text) }
    }

    /// The value of the first field of that name.
    subscript(name: String) -> String? {
        pairs.first { $0.name == name }?.value
    }

    /// A JSON value as the text PHP would make of it.
    private struct Scalar: Decodable {
        let text: String

        init(from decoder: any Decoder) throws {
            let container = try decoder.singleValueContainer()
            if let string = try? container.decode(String.self) {
                text = string
            } else if let number = try? container.decode(Int.self) {
                text = String(number)
            } else {
                text = ""
            }
        }
    }

    /// Decodes one value of a query or form.
    static func decoded(_ text: some StringProtocol) -> String {
        let spaced = text.replacingOccurrences(of: "+", with: " ")
        return spaced.removingPercentEncoding ?? spaced
    }

    /// Writes a form.
    static func form(_ fields: [(String, String)]) -> String {
        fields.map { "\(encoded($0.0))=\(encoded($0.1))" }.joined(separator: "&")
    }

    /// Adds fields to the query of an address.
    static func address(_ address: String, with fields: [(String, String)]) -> String {
        address + (address.contains("?") ? "&" : "?") + form(fields)
    }

    /// Encodes one value for a query or form: everything but RFC 3986's unreserved characters is escaped.
    static func encoded(_ value: String) -> String {
        var unreserved = CharacterSet()
        unreserved.insert(charactersIn: "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~")
        return value.addingPercentEncoding(withAllowedCharacters: unreserved) ?? ""
    }
}
