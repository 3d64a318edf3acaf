// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

internal import CofferCredentials

/// `application/x-www-form-urlencoded`, as RFC 6749 appendix B wants it.
struct FormBody {
    private var bytes: [UInt8] = []

    /// Adds a parameter that is no secret.
    mutating func append(_ name: String, _ value: String) {
        begin(name)
        Self.encode(value.utf8, into: &bytes)
    }

    /// Adds a parameter that is one.
    mutating func append(_ name: String, _ value: Secret) {
        begin(name)
        value.withExposedBytes { Self.encode($0, into: &bytes) }
    }

    /// The body.
    var encoded: Secret { Secret(bytes: bytes) }

    private mutating func begin(_ name: String) {
        if !bytes.isEmpty { bytes.append(UInt8(ascii: "&")) }
        Self.encode(name.utf8, into: &bytes)
        bytes.append(UInt8(ascii: "="))
    }

    /// Space becomes `+`; letters, digits and `*-._` stand for themselves (WHATWG URL §5.2, as HTML 4.01 §17.13.4).
    static func encode(_ text: some Sequence<UInt8>, into bytes: inout [UInt8]) {
        let digits = Array("0123456789ABCDEF".utf8)
        for byte in text {
            switch byte {
            case UInt8(ascii: " "): bytes.append(UInt8(ascii: "+"))
            case 0x30...0x39, 0x41...0x5A, 0x61...0x7A, UInt8(ascii: "*"), UInt8(ascii: "-"), UInt8(ascii: "."),
                UInt8(ascii: "_"):
                bytes.append(byte)
            default: bytes += [UInt8(ascii: "%"), digits[Int(byte >> 4)], digits[Int(byte & 15)]]
            }
        }
    }
}
