// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

extension Spelling {
    /// A secret within a JSON text (RFC 8259 §7), as the encoders that people use write it; nothing if it is no UTF-8.
    static func json(_ secret: [UInt8]) -> [Spelling] {
        guard let text = String(validating: secret, as: UTF8.self) else { return [] }
        return Dialect.all.map { dialect in Spelling(text.unicodeScalars.flatMap(dialect.written)) }
    }
}

/// What an encoder of JSON escapes beyond quotes, backslashes and controls, which all must.
private struct Dialect {
    /// As PHP does.
    let escapesSlash: Bool
    /// Of ASCII: `<`, `>` and `&`, as Go does; Gson adds `=` and `'`, .NET `+`, quotes and the backtick.
    let marks: Set<Unicode.Scalar>
    /// What is not ASCII, as PHP and Python do.
    let escapesForeign: Bool
    let digits: [UInt8]

    static let all: [Dialect] = [false, true].flatMap { slash in
        ["", "<>&", "<>&='", "<>&'+\"`"].flatMap { marks in
            [false, true].flatMap { foreign in
                [Spelling.smallDigits, Spelling.capitalDigits].map { digits in
                    Dialect(
                        escapesSlash: slash, marks: Set(marks.unicodeScalars), escapesForeign: foreign, digits: digits)
                }
            }
        }
    }

    func written(_ scalar: Unicode.Scalar) -> [UInt8] {
        switch scalar {
        case let scalar where marks.contains(scalar): number(scalar)
        case "\"": Array(#"\""#.utf8)
        case "\\": Array(#"\\"#.utf8)
        case "\n": Array(#"\n"#.utf8)
        case "\r": Array(#"\r"#.utf8)
        case "\t": Array(#"\t"#.utf8)
        case "\u{8}": Array(#"\b"#.utf8)
        case "\u{c}": Array(#"\f"#.utf8)
        case "/" where escapesSlash: Array(#"\/"#.utf8)
        case let scalar where scalar.value < 0x20: number(scalar)
        case let scalar where scalar.value > 0x7E && escapesForeign: number(scalar)
        default: Array(String(scalar).utf8)
        }
    }

    /// `\uXXXX`, twice for what needs two units of UTF-16.
    private func number(_ scalar: Unicode.Scalar) -> [UInt8] {
        String(scalar).utf16.flatMap { unit in
            Array(#"\u"#.utf8) + [12, 8, 4, 0].map { digits[Int(unit >> UInt16($0) & 15)] }
        }
    }
}
