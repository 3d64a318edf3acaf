// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

import CofferCredentials

/// The fields of a query, `name=value` with `&` between, percent-encoded as forms are
/// (https://url.spec.whatwg.org/#concept-urlencoded-parser): a plus sign is a space.
///
/// Read strictly: a field that is there twice, is not known, or has a control character in it is refused, since a client that
/// believes it asked for less must not get more.
struct RequestQuery {
    private var values: [String: String] = [:]

    /// Takes a query apart.
    ///
    /// - Parameters:
    ///   - text: What stands behind the question mark; nil without one.
    ///   - names: The fields that there are.
    /// - Throws: ``RequestFault`` `bad_request`.
    init(_ text: Substring?, names: [String]) throws(RequestFault) {
        for part in (text ?? "").split(separator: "&") {
            let sides = part.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
            guard let name = Self.decoded(sides[0]), names.contains(name) else {
                throw .malformed("the query has a field that is none of: \(names.joined(separator: ", "))")
            }
            guard let value = Self.decoded(sides.count > 1 ? sides[1] : "") else {
                throw .malformed("\(name) has a control character in it, or is not percent-encoded UTF-8")
            }
            guard values.updateValue(value, forKey: name) == nil else { throw .malformed("\(name) is there twice") }
        }
    }

    /// The value of a field.
    subscript(_ name: String) -> String? { values[name] }

    /// A field that must be there.
    func required(_ name: String) throws(RequestFault) -> String {
        guard let value = values[name] else { throw .malformed("\(name) is missing") }
        return value
    }

    /// A length of time in whole seconds, at most nine digits.
    func seconds(_ name: String) throws(RequestFault) -> Duration? {
        guard let value = values[name] else { return nil }
        guard (1...9).contains(value.utf8.count), value.utf8.allSatisfy({ (0x30...0x39).contains($0) }),
            let count = Int(value)
        else { throw .malformed("\(name) is a whole number of seconds") }
        return .seconds(count)
    }

    /// A space, or the beginning of a path up to a slash.
    func prefix(_ name: String) throws(RequestFault) -> String? {
        guard let value = values[name] else { return nil }
        let isPlain = value.utf8.allSatisfy { byte in
            (0x61...0x7A).contains(byte) || (0x30...0x39).contains(byte) || [0x2D, 0x2E, 0x2F, 0x5F].contains(byte)
        }
        guard isPlain, !value.isEmpty, value.utf8.count <= 8 * 65 else {
            throw .malformed("\(name) is a space, or the beginning of a path up to a slash")
        }
        return value
    }

    /// The text that was encoded; nil if there is a control character in it, or it is no UTF-8.
    private static func decoded(_ text: Substring) -> String? {
        var bytes: [UInt8] = []
        var rest = text.utf8[...]
        while let byte = rest.popFirst() {
            switch byte {
            case UInt8(ascii: "+"): bytes.append(UInt8(ascii: " "))
            case UInt8(ascii: "%"):
                guard let high = rest.popFirst()?.hexDigitValue, let low = rest.popFirst()?.hexDigitValue else {
                    return nil
                }
                bytes.append(high << 4 | low)
            default: bytes.append(byte)
            }
        }
        guard bytes.allSatisfy({ $0 >= 0x20 && $0 != 0x7F }) else { return nil }
        return String(validating: bytes, as: UTF8.self)
    }
}
