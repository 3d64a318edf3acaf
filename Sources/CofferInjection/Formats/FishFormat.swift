// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

import CofferCredentials

/// `set -gx NAME 'value'`, for fish: to be piped into `source`.
///
/// Within single quotes a backslash stands before a single quote and before a backslash
/// (https://fishshell.com/docs/current/language.html#quotes).
package enum FishFormat: VariableFormat {
    package static let name = "fish"
    package static let longestValue: Int? = EnvironmentLimit.longestValue

    /// What fish sets itself (https://fishshell.com/docs/current/language.html#special-variables).
    package static let takenNames: Set<String> = [
        "_", "FISH_VERSION", "PWD", "SHLVL", "argv", "fish_kill_signal", "fish_killring", "fish_pid", "history",
        "hostname", "pipestatus", "status", "status_generation", "umask", "version",
    ]

    package static func obstacle(to variable: NamedValue) -> String? { nil }

    package static func write(_ variables: [NamedValue], to text: inout ByteSink) {
        for variable in variables {
            text.append("set -gx \(variable.name) '")
            variable.value.withExposedBytes { bytes in
                for byte in bytes {
                    if byte == UInt8(ascii: "'") || byte == UInt8(ascii: "\\") { text.append(UInt8(ascii: "\\")) }
                    text.append(byte)
                }
            }
            text.append("'\n")
        }
    }
}
