// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

package import CofferCredentials

/// `NAME=value` on a line, for GitLab's `artifacts:reports:dotenv`.
///
/// https://docs.gitlab.com/ci/yaml/artifacts_reports/#artifactsreportsdotenv: no quotes, escapes, comments or empty lines, no
/// spaces in a value. How many variables there may be depends on the plan, and is GitLab's to say.
package enum GitLabFormat: VariableFormat {
    package static let name = "gitlab"

    /// The largest file, 5 KB unless an administrator set another.
    private static let largest = 5 * 1024

    /// The longest name.
    private static let longestName = 255

    package static func obstacle(to variable: NamedValue) -> String? {
        if variable.name.utf8.count > longestName { return "its name is longer than \(longestName) characters" }
        var found: String?
        let isText = variable.value.forEachScalar { scalar in
            if scalar == "\n" {
                found = "it holds a line break"
            } else if scalar.properties.isWhitespace || scalar.value < 0x20 || scalar.value == 0x7F {
                found = found ?? "it holds a space or a control character"
            } else if scalar == "$" {
                // The runner expands variables within variables.
                found = found ?? "it holds $, behind which GitLab looks for a variable"
            }
        }
        return isText ? found : EnvironmentLimit.notText
    }

    package static func obstacle(toAll text: Secret) -> String? {
        text.byteCount > largest ? "it is larger than 5 KiB, the most that GitLab takes" : nil
    }

    package static func write(_ variables: [NamedValue], to text: inout ByteSink) {
        DockerFormat.write(variables, to: &text)
    }
}
