// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

extension UInt8 {
    /// RFC 3986 §2.3 `unreserved`: a letter or digit of ASCII, or one of `-._~`.
    package var isUnreserved: Bool {
        switch self {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
            UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"), UInt8(ascii: "."), UInt8(ascii: "_"),
            UInt8(ascii: "~"):
            true
        default: false
        }
    }

    /// What a bearer token may have in it (RFC 6750 §2.1): the unreserved characters and `+/=`.
    package var isBearerCharacter: Bool {
        isUnreserved || self == UInt8(ascii: "+") || self == UInt8(ascii: "/") || self == UInt8(ascii: "=")
    }

    /// What it stands for as a hexadecimal digit of ASCII, in either case; nil if it is none.
    package var hexDigitValue: UInt8? {
        switch self {
        case UInt8(ascii: "0")...UInt8(ascii: "9"): self - UInt8(ascii: "0")
        case UInt8(ascii: "A")...UInt8(ascii: "F"): self - UInt8(ascii: "A") + 10
        case UInt8(ascii: "a")...UInt8(ascii: "f"): self - UInt8(ascii: "a") + 10
        default: nil
        }
    }
}
