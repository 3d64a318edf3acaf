// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

import CofferCredentials

/// `"NAME": "value"` on a line, for readers of YAML 1.1 and 1.2.
///
/// Both stand in double quotes, as `NO` and `1e3` without are no strings to everybody; and all but printable ASCII is escaped
/// (https://yaml.org/spec/1.2.2/#57-escaped-characters), so that no reader folds a line or refuses a character.
package enum YAMLFormat: VariableFormat {
    package static let name = "yaml"

    /// The longest name: an implicit key has at most 1024 characters, quotes included (YAML 1.2.2, 8.2.2).
    private static let longestName = 1000

    package static func obstacle(to variable: NamedValue) -> String? {
        if variable.name.utf8.count > longestName { return "its name is longer than \(longestName) characters" }
        // Yams drops it, however it is escaped.
        if variable.value.withExposedBytes({ $0.starts(with: [0xEF, 0xBB, 0xBF]) }) {
            return "it begins with a byte order mark, which some readers drop"
        }
        return variable.value.isText ? nil : EnvironmentLimit.notText
    }

    package static func write(_ variables: [NamedValue], to text: inout ByteSink) {
        for variable in variables {
            text.append("\"\(variable.name)\": \"")
            variable.value.forEachScalar { write($0, to: &text) }
            text.append("\"\n")
        }
    }

    private static func write(_ scalar: Unicode.Scalar, to text: inout ByteSink) {
        switch scalar.value {
        case 0x22, 0x5C:
            text.append("\\")
            text.append(UInt8(scalar.value))
        case 0x0A: text.append(#"\n"#)
        case 0x20...0x7E: text.append(UInt8(scalar.value))
        case ...0xFF:
            text.append(#"\x"#)
            text.append(hexadecimal: scalar.value, digits: 2)
        case ...0xFFFF:
            text.append(#"\u"#)
            text.append(hexadecimal: scalar.value, digits: 4)
        default:
            text.append(#"\U"#)
            text.append(hexadecimal: scalar.value, digits: 8)
        }
    }
}
