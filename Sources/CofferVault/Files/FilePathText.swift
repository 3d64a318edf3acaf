// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

/// Takes paths apart as text.
package enum FilePathText {
    /// The folder part of a path; `.` if it has none.
    package static func folder(of path: String) -> String {
        guard let slash = path.lastIndex(of: "/") else { return "." }
        return slash == path.startIndex ? "/" : String(path[..<slash])
    }

    /// The last part of a path.
    package static func name(of path: String) -> String {
        path.lastIndex(of: "/").map { String(path[path.index(after: $0)...]) } ?? path
    }
}
