// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

import CofferCredentials

/// One object, its members the variables (RFC 8259).
package enum JSONFormat: VariableFormat {
    package static let name = "json"

    package static func obstacle(to variable: NamedValue) -> String? {
        variable.value.isText ? nil : EnvironmentLimit.notText
    }

    package static func write(_ variables: [NamedValue], to text: inout ByteSink) {
        text.append("{")
        for (index, variable) in variables.enumerated() {
            text.append(index == 0 ? "\n" : ",\n")
            text.append("  \"\(variable.name)\": \"")
            variable.value.withExposedBytes { bytes in for byte in bytes { write(byte, to: &text) } }
            text.append("\"")
        }
        text.append("\n}\n")
    }

    /// RFC 8259 §7: quotation mark, reverse solidus and control characters; DEL besides, for terminals.
    private static func write(_ byte: UInt8, to text: inout ByteSink) {
        switch byte {
        case UInt8(ascii: "\""), UInt8(ascii: "\\"):
            text.append(UInt8(ascii: "\\"))
            text.append(byte)
        case UInt8(ascii: "\n"): text.append(#"\n"#)
        case ..<0x20, 0x7F:
            text.append(#"\u"#)
            text.append(hexadecimal: UInt32(byte), digits: 4)
        default: text.append(byte)
        }
    }
}
