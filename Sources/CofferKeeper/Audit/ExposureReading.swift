// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

import CofferVault
import Foundation

/// Who was handed what, and how often.
struct ExposureReading: Sendable {
    /// Who was handed something of which path.
    struct Reader: Hashable, Sendable {
        let identity: String
        let path: String
    }

    /// How often something was handed out.
    struct Tally: Sendable {
        var count = 0
        var lastAt = Date.distantPast

        mutating func add(_ record: AuditRecord) {
            count += record.repeatCount
            lastAt = max(lastAt, record.at)
        }
    }

    /// What one identity was handed of one path.
    struct Reading: Sendable {
        var tally = Tally()
        var fields: Set<SecretField> = []
    }

    private(set) var all: [Reader: Reading] = [:]
    /// The paths under which secrets of another were read.
    private var sources: [String: Set<String>] = [:]

    /// What an identity was handed of a path; nil for nothing.
    subscript(identity: String, path: String) -> Reading? { all[Reader(identity: identity, path: path)] }

    /// Counts what was handed out of an entry under its own path or another's.
    mutating func add(
        _ tally: Tally, of field: SecretField, to identity: String, at path: String, through source: String
    ) {
        var reading = all[Reader(identity: identity, path: path)] ?? Reading()
        reading.tally.count += tally.count
        reading.tally.lastAt = max(reading.tally.lastAt, tally.lastAt)
        reading.fields.insert(field)
        all[Reader(identity: identity, path: path)] = reading
        if source != path { sources[path, default: []].insert(source) }
    }

    /// Whether secrets of an entry were read under a path, or under one below it.
    func wasRead(_ path: String, through prefix: String) -> Bool {
        sources[path]?.contains { AuditFilter.lies($0, at: prefix) } ?? false
    }
}
