// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

package import CofferCredentials

/// What a step of GitHub Actions says to the runner: first which values to mask, then, in the file that `GITHUB_ENV` names, the
/// variables for the steps that follow.
///
/// https://docs.github.com/actions/reference/workflows-and-actions/workflow-commands, "Masking a value in a log" and "Setting
/// an environment variable".
///
/// ```
/// ::add-mask::VALUE          NAME<<DELIMITER
///                            VALUE
///                            DELIMITER
/// ```
package struct GitHubFormat: Sendable {
    /// What it is called on the command line.
    package static let name = "github"

    /// A line shorter than this, in bytes, is masked as a part of the whole value alone: `}` would be masked everywhere.
    private static let shortestLine = 8

    private let entries: [(variable: NamedValue, delimiter: String)]

    /// Takes variables.
    ///
    /// - Parameters:
    ///   - variables: each name once.
    ///   - delimiter: makes a delimiter that nobody can foresee; asked again as long as it stands in the value.
    /// - Throws: ``FormatRefusal`` for the first that the runner would not read.
    package init(_ variables: [NamedValue], delimiter: () -> String) throws(FormatRefusal) {
        var entries: [(NamedValue, String)] = []
        for variable in variables {
            if let obstacle = Self.obstacle(to: variable) {
                throw FormatRefusal(format: Self.name, variable: variable.name, reason: obstacle)
            }
            var chosen = delimiter()
            while variable.value.withExposedBytes({ Self.holds($0, chosen) }) { chosen = delimiter() }
            entries.append((variable, chosen))
        }
        self.entries = entries
    }

    private static func obstacle(to variable: NamedValue) -> String? {
        let name = variable.name.uppercased()
        if name.hasPrefix("GITHUB_") || name.hasPrefix("RUNNER_") || name == "NODE_OPTIONS" {
            return "the runner lets nobody set that name"
        }
        if variable.value.contains(0) { return "it holds a zero byte" }
        if variable.value.byteCount > EnvironmentLimit.longestValue {
            return "it is longer than \(EnvironmentLimit.longestValue) bytes"
        }
        return variable.value.isText ? nil : EnvironmentLimit.notText
    }

    private static func holds(_ bytes: UnsafeRawBufferPointer, _ text: String) -> Bool {
        let text = Array(text.utf8)
        guard bytes.count >= text.count else { return false }
        return (0...(bytes.count - text.count)).contains { bytes[$0...].starts(with: text) }
    }

    /// The commands that have each secret masked in the log, whole and by its lines: for standard output, before anything else.
    package var masks: Secret {
        Secret.written { text in
            for (variable, _) in entries where variable.isSecret {
                variable.value.withExposedBytes { bytes in
                    let lines = bytes.split { $0 == UInt8(ascii: "\n") || $0 == UInt8(ascii: "\r") }
                    // The runner does not mask what is blank.
                    guard lines.contains(where: { !$0.allSatisfy { $0 == 0x20 || $0 == 0x09 } }) else { return }
                    Self.writeMask(bytes[...], to: &text)
                    guard lines.count > 1 || lines.first?.count != bytes.count else { return }
                    for line in lines where line.count >= Self.shortestLine { Self.writeMask(line, to: &text) }
                }
            }
        }
    }

    private static func writeMask(_ bytes: Slice<UnsafeRawBufferPointer>, to text: inout ByteSink) {
        text.append("::add-mask::")
        for byte in bytes {
            switch byte {
            case UInt8(ascii: "%"): text.append("%25")
            case UInt8(ascii: "\r"): text.append("%0D")
            case UInt8(ascii: "\n"): text.append("%0A")
            default: text.append(byte)
            }
        }
        text.append("\n")
    }

    /// The entries for the file.
    ///
    /// - Parameter afterOpenLine: whether what stands there does not end with a line break.
    /// - Returns: what to append.
    package func environment(afterOpenLine: Bool) -> Secret {
        Secret.written { text in
            if afterOpenLine { text.append("\n") }
            for (variable, delimiter) in entries {
                text.append("\(variable.name)<<\(delimiter)\n")
                text.append(variable.value)
                text.append("\n\(delimiter)\n")
            }
        }
    }
}
