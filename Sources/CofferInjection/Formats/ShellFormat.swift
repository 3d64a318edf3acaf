// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

import CofferCredentials

/// `export NAME='value'`, for sh, bash and dash: to be sourced, or given to `eval`.
///
/// Within single quotes everything stands for itself (POSIX.1-2024, Shell Command Language 2.2.2), a single quote is written
/// outside of them.
package enum ShellFormat: VariableFormat {
    package static let name = "shell"
    package static let longestValue: Int? = EnvironmentLimit.longestValue

    /// What the shells set themselves, or refuse to have set: bash(1), "Shell Variables"; dash reads `OPTIND` as a number.
    package static let takenNames: Set<String> = [
        "_", "BASHOPTS", "BASHPID", "BASH_ALIASES", "BASH_ARGV0", "BASH_CMDS", "BASH_COMMAND", "BASH_LINENO",
        "BASH_SOURCE", "BASH_SUBSHELL", "BASH_VERSINFO", "DIRSTACK", "EPOCHREALTIME", "EPOCHSECONDS", "EUID",
        "FUNCNAME", "GROUPS", "HISTCMD", "LINENO", "OPTIND", "PPID", "RANDOM", "SECONDS", "SHELLOPTS", "SHLVL",
        "SRANDOM", "UID",
    ]

    package static func obstacle(to variable: NamedValue) -> String? { nil }

    package static func write(_ variables: [NamedValue], to text: inout ByteSink) {
        for variable in variables {
            text.append("export \(variable.name)='")
            variable.value.withExposedBytes { bytes in
                for byte in bytes {
                    if byte == UInt8(ascii: "'") { text.append(#"'\'"#) }
                    text.append(byte)
                }
            }
            text.append("'\n")
        }
    }
}
