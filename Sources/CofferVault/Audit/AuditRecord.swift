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
    /// What programs look for, by name: `version` of a token, `field` that was read; never a secret.
    package var details: [String: String]

    /// Makes a record.
    package init(
        at: Date, action: AuditAction, paths: [String], outcome: AuditOutcome = .allowed, reason: String = "",
        details: [String: String] = [:]
    ) {
        self.at = at
        self.action = action
        self.paths = paths
        self.outcome = outcome
        self.reason = reason
        self.details = details
    }

    /// How often what it tells of happened: `repeats` among the details, where hand-outs from memory were only counted.
    ///
    /// Between 1 and a billion, whatever somebody wrote there: sums of it must not overflow.
    package var repeatCount: Int {
        min(max(details["repeats"].flatMap { Int($0) } ?? 1, 1), 1_000_000_000)
    }

    var encoded: [UInt8] {
        var writer = CanonicalWriter()
        writer.integer(at.millisecondsSince1970)
        writer.text(action.rawValue)
        writer.integer(UInt32(paths.count))
        for path in paths { writer.text(path) }
        writer.text(outcome.rawValue)
        writer.text(reason)
        writer.integer(UInt16(details.count))
        for (name, value) in details.sorted(by: { $0.key.utf8.lexicographicallyPrecedes($1.key.utf8) }) {
            writer.text(name)
            writer.text(value)
        }
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
        details = [:]
        var last: String?
        for _ in 0..<(try reader.integer(UInt16.self)) {
            let name = try reader.text()
            if let last, !last.utf8.lexicographicallyPrecedes(name.utf8) { throw .damaged }
            details[name] = try reader.text()
            last = name
        }
        try reader.finish()
        // A time beyond the exact range of `Date` would be read as another one.
        guard encoded == bytes else { throw .damaged }
    }
}
