// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

import CofferCredentials

/// `NAME='value'`, for what reads `.env` files.
///
/// There is no specification of these files, and their readers differ. Written is what python-dotenv, `node --env-file`, the
/// package dotenv of npm and a shell read alike; what has no such form is refused. That is single quotes, without a backslash
/// that python-dotenv would take off; or double quotes, where nothing but single quotes calls for them.
package enum DotenvFormat: VariableFormat {
    package static let name = "dotenv"

    package static func obstacle(to variable: NamedValue) -> String? {
        let value = variable.value
        guard value.isText else { return EnvironmentLimit.notText }
        return value.withExposedBytes { bytes in
            if bytes.contains(UInt8(ascii: "\r")) { return "it holds a carriage return" }
            // Expanded by python-dotenv in quotes of both kinds.
            if Self.holds(bytes, "$", before: "{") { return "it holds ${, which begins a variable to some readers" }
            if bytes.contains(UInt8(ascii: "'")) {
                return bytes.contains { #""\$`!"#.utf8.contains($0) }
                    ? #"it holds a single quote together with one of " \ $ ` !, which readers unquote differently"#
                    : nil
            }
            if Self.holds(bytes, "\\", before: "\\") || bytes.last == UInt8(ascii: "\\") {
                return "it holds two backslashes in a row or one at its end, which readers unquote differently"
            }
            return nil
        }
    }

    private static func holds(_ bytes: UnsafeRawBufferPointer, _ first: Unicode.Scalar, before second: Unicode.Scalar)
        -> Bool
    {
        zip(bytes, bytes.dropFirst()).contains { $0 == UInt8(ascii: first) && $1 == UInt8(ascii: second) }
    }

    package static func write(_ variables: [NamedValue], to text: inout ByteSink) {
        for variable in variables {
            let quote = variable.value.contains(UInt8(ascii: "'")) ? "\"" : "'"
            text.append("\(variable.name)=\(quote)")
            text.append(variable.value)
            text.append("\(quote)\n")
        }
    }
}
