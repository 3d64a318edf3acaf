// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

import CofferCredentials

/// `NAME="value"`, for `EnvironmentFile=` of a systemd unit (systemd.exec(5)).
///
/// Within double quotes lines may end, and a backslash stands before `"`, `\`, `` ` `` and `$`. systemd ignores or
/// refuses values that are no UTF-8, and shows them in its log.
package enum SystemdFormat: VariableFormat {
    package static let name = "systemd"
    package static let longestValue: Int? = EnvironmentLimit.longestValue

    package static func obstacle(to variable: NamedValue) -> String? {
        var hasNoncharacter = false
        let isText = variable.value.forEachScalar { hasNoncharacter = hasNoncharacter || Self.isNoncharacter($0) }
        guard isText else { return EnvironmentLimit.notText }
        return hasNoncharacter ? "it holds a noncharacter of Unicode, which systemd takes for bad UTF-8" : nil
    }

    /// Unicode 15.0, section 23.7: U+FDD0 to U+FDEF, and the last two of each plane.
    private static func isNoncharacter(_ scalar: Unicode.Scalar) -> Bool {
        (0xFDD0...0xFDEF).contains(scalar.value) || scalar.value & 0xFFFE == 0xFFFE
    }

    package static func write(_ variables: [NamedValue], to text: inout ByteSink) {
        let escaped = Set("\"\\`$".utf8)
        for variable in variables {
            text.append("\(variable.name)=\"")
            variable.value.withExposedBytes { bytes in
                for byte in bytes {
                    if escaped.contains(byte) { text.append(UInt8(ascii: "\\")) }
                    text.append(byte)
                }
            }
            text.append("\"\n")
        }
    }
}
