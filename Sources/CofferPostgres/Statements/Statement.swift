// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

/// One statement with its values.
struct Statement: Sendable {
    /// Its text, in which the values are numbered.
    let sql: String
    /// The values.
    let arguments: [Argument]
    /// Looks at its answer; nil where everything but a failure will do.
    let check: (@Sendable (Answer) throws -> Void)?

    /// Makes one.
    init(_ sql: String, _ arguments: [Argument] = [], check: (@Sendable (Answer) throws -> Void)? = nil) {
        self.sql = sql
        self.arguments = arguments
        self.check = check
    }
}
