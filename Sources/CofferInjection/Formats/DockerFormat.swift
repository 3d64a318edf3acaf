// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

import CofferCredentials

/// `NAME=value` on a line, for `--env-file` of docker: no quotes, no escapes.
///
/// https://docs.docker.com/reference/cli/docker/container/run/#env; what the client makes of a line is in its `pkg/kvfile`.
package enum DockerFormat: VariableFormat {
    package static let name = "docker"

    /// The longest line that the client reads, in bytes: less than `bufio.MaxScanTokenSize`, 64 KiB.
    private static let longestLine = 64 * 1024 - 2

    package static func obstacle(to variable: NamedValue) -> String? {
        let (value, line) = (variable.value, variable.name.utf8.count + 1 + variable.value.byteCount)
        return value.withExposedBytes { bytes in
            if bytes.contains(UInt8(ascii: "\n")) { return "it holds a line break" }
            // Taken for a part of the line's end.
            if bytes.last == UInt8(ascii: "\r") { return "it ends with a carriage return" }
            // docker run leaves them, docker compose takes them off, and for the first that is proposed (docker/cli#3630).
            if bytes.count > 1, bytes.first == bytes.last, bytes.first == 0x22 || bytes.first == 0x27 {
                return "it stands within quotes, which not every reader leaves on"
            }
            if line > longestLine { return "its line is longer than \(longestLine) bytes" }
            return value.isText ? nil : EnvironmentLimit.notText
        }
    }

    package static func write(_ variables: [NamedValue], to text: inout ByteSink) {
        for variable in variables {
            text.append("\(variable.name)=")
            text.append(variable.value)
            text.append("\n")
        }
    }
}
