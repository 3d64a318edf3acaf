// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

extension Spelling {
    /// A secret as it stands in a URL or a form, as the encoders that people use write it.
    ///
    /// They agree on letters and digits, which some leave alone: RFC 3986 §2.3 leaves `-._~`; `encodeURIComponent` (ECMA-262 §19.2.6.4)
    /// `!'()*` as well and `encodeURI` still more; Go's paths `$&+:=@`, .NET `!*()`; forms (URL Standard §5) leave `*-._` and write a space as `+`; paths keep what RFC 3986 §3.3 lets
    /// them; curl and Python differ from PHP in the case of the digits.
    static func percent(_ secret: [UInt8]) -> [Spelling] {
        let sets = [
            "", "-._~", "-_.!~*'()", "*-._", "-._~/", "-._~!$&'()*+,;=:@", "-._~!$&'()*+,;=:@/", "-_.!~*'();/?:@&=+$,#",
            "-._~!$&'()*+,;=:@/?", "-._~$&+:=@", "-_.!*()",
        ]
        var found: [Spelling] = []
        for kept in sets.map({ Set($0.utf8) }) {
            for digits in [smallDigits, capitalDigits] {
                for space in ["%20", "+"] {
                    found.append(Spelling(escaped(secret, keeping: kept, digits: digits, space: Array(space.utf8))))
                }
            }
        }
        return found
    }

    private static func escaped(
        _ secret: [UInt8], keeping kept: Set<UInt8>, digits: [UInt8], space: [UInt8]
    ) -> [UInt8] {
        secret.flatMap { byte -> [UInt8] in
            switch byte {
            case UInt8(ascii: "A")...UInt8(ascii: "Z"), UInt8(ascii: "a")...UInt8(ascii: "z"),
                UInt8(ascii: "0")...UInt8(ascii: "9"):
                [byte]
            case UInt8(ascii: " "): space
            case let byte where kept.contains(byte): [byte]
            default: [UInt8(ascii: "%"), digits[Int(byte >> 4)], digits[Int(byte & 15)]]
            }
        }
    }
}
