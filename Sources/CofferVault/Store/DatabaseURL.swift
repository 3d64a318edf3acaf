// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

/// The text that names a vault's database, where a file would have a path.
package enum DatabaseURL {
    /// Whether a text names a database, and no file: it begins as the URLs of PostgreSQL's own programs do.
    package static func isOne(_ text: String) -> Bool {
        text.hasPrefix("postgres://") || text.hasPrefix("postgresql://")
    }
}
