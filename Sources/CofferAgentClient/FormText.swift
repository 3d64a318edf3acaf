// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

import CofferCredentials

/// Texts in a URL, percent-encoded.
enum FormText {
    /// Encodes everything but the unreserved characters of RFC 3986 §2.3, so that it means the same in a host, a path and a query.
    static func encoded(_ text: String) -> String {
        let digits = Array("0123456789ABCDEF".utf8)
        var bytes: [UInt8] = []
        for byte in text.utf8 {
            if byte.isUnreserved {
                bytes.append(byte)
            } else {
                bytes += [UInt8(ascii: "%"), digits[Int(byte >> 4)], digits[Int(byte & 15)]]
            }
        }
        return String(decoding: bytes, as: UTF8.self)
    }

    /// A target in origin form; what is absent is left out.
    static func target(_ path: String, _ fields: [(name: String, value: String?)] = []) -> String {
        let query = fields.compactMap { field in field.value.map { "\(field.name)=\(encoded($0))" } }
        return query.isEmpty ? path : path + "?" + query.joined(separator: "&")
    }
}
