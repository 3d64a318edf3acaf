// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

import CofferCredentials

/// A file of variables: `NAME=VALUE` on each line, what follows the first `=` taken as it stands.
///
/// As docker's `--env-file` reads them: no quotes, no escapes, no expansion, so that nothing means something else to somebody
/// else. Empty lines and lines that begin with `#` are passed over. A value that is exactly a reference is what it stands for.
enum EnvironmentFile {
    /// Reads the variables of several files in order.
    ///
    /// - Throws: as ``PublicFile`` and ``read(_:name:)`` do; a file has at most 1 MiB.
    static func variables(of files: [String]) async throws -> [(name: String, value: String)] {
        var found: [(name: String, value: String)] = []
        for file in files { found += try read(try await PublicFile.read(file, limit: 1 << 20, "1 MiB"), name: file) }
        return found
    }

    /// Reads the variables in order; a later one of the same name counts.
    ///
    /// - Parameters:
    ///   - text: the file.
    ///   - name: what errors call it.
    /// - Returns: names and values.
    /// - Throws: ``CommandError`` with the code `usage` and the line's number; never what stands there.
    static func read(_ text: String, name: String) throws(CommandError) -> [(name: String, value: String)] {
        var found: [(name: String, value: String)] = []
        // By the byte: to Swift CR LF is one character, and no line feed.
        for (index, line) in text.utf8.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false)
            .enumerated()
        {
            let line = String(Substring(line.last == UInt8(ascii: "\r") ? line.dropLast() : line))
            if line.allSatisfy(\.isWhitespace) || line.first == "#" { continue }
            guard let equals = line.firstIndex(of: "="), ChildVariable.isName(String(line[..<equals])),
                !line.utf8.contains(0)
            else {
                throw CommandError(
                    "usage", message: "line \(index + 1) of \(name) is not NAME=VALUE",
                    hint: "a name has letters, digits and _ and begins with no digit; values stand without quotes")
            }
            found.append((String(line[..<equals]), String(line[line.index(after: equals)...])))
        }
        return found
    }
}
