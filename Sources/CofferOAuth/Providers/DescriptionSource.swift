// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

/// Where fields of a description were read, and when.
package struct DescriptionSource: Sendable, Equatable {
    /// The page.
    package var url: String
    /// The day, as `2026-11-21`.
    package var read: String
    /// The dotted names of the fields; a name stands for all below it.
    package var fields: [String]

    /// Names a source.
    package init(_ url: String, read: String, fields: [String]) {
        self.url = url
        self.read = read
        self.fields = fields
    }
}
