// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

package import Foundation

/// The body of an audit event, as owners read it.
package struct AuditRecord: Sendable, Equatable {
    /// When, to the millisecond.
    package var at: Date
    /// What.
    package var action: AuditAction
    /// On which path or paths; empty where the action has none.
    package var paths: [String]
    /// How it ended.
    package var outcome: AuditOutcome
    /// What the caller gave with `--reason`, or details of the action; never a secret.
    package var reason: String

    /// Makes a record.
    package init(
        at: Date, action: AuditAction, paths: [String], outcome: AuditOutcome = .allowed, reason: String = ""
    ) {
        self.at = at
        self.action = action
        self.paths = paths
        self.outcome = outcome
        self.reason = reason
    }

    var encoded: [UInt8] {
        var writer = CanonicalWriter()
        writer.integer(at.millisecondsSince1970)
        writer.text(action.rawValue)
        writer.integer(UInt32(paths.count))
        for path in paths { writer.text(path) }
        writer.text(outcome.rawValue)
        writer.text(reason)
        return writer.bytes
    }

    init(decoding bytes: [UInt8]) throws(VaultError) {
        var reader = CanonicalReader(bytes)
        at = Date(millisecondsSince1970: try reader.integer())
        guard let action = AuditAction(rawValue: try reader.text()) else { throw .damaged }
        self.action = action
        paths = []
        for _ in 0..<(try reader.integer(UInt32.self)) { paths.append(try reader.text()) }
        guard let outcome = AuditOutcome(rawValue: try reader.text()) else { throw .damaged }
        self.outcome = outcome
        reason = try reader.text()
        try reader.finish()
        // A time beyond the exact range of `Date` would be read as another one.
        guard encoded == bytes else { throw .damaged }
    }
}
