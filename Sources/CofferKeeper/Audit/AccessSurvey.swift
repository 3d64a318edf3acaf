// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

import CofferCredentials
import CofferCrypto
import CofferVault
import Foundation

/// What the bodies of all events tell of the entries there are and were, and of who was handed what.
struct AccessSurvey {
    /// An entry, from its first write to its removal.
    struct Fact {
        let id: EntryID
        let path: String
        var kind: EntryKind?
        let createdAt: Date
        var removedAt: Date?
        /// When a value was last stored in each field.
        var storedAt: [SecretField: Date] = [:]
        /// When a fingerprint was last kept in each field, before the entry's kind was known.
        fileprivate var keptAt: [Place: Date] = [:]
    }

    /// A field of an entry whose kind is not known.
    fileprivate struct Place: Hashable {
        let field: UInt16
        let tier: Tier
    }

    /// What one identity was handed of one path.
    struct Reading {
        var count = 0
        var lastAt = Date.distantPast
        var fields: Set<SecretField> = []
    }

    /// Who was handed something of which path.
    struct Reader: Hashable {
        let identity: String
        let path: String
    }

    private(set) var facts: [EntryID: Fact] = [:]
    private(set) var readings: [Reader: Reading] = [:]
    private let since: Date

    /// Counts what was handed out from an instant on.
    init(since: Date) {
        self.since = since
    }

    mutating func visit(_ listing: AuditListing) {
        guard let record = listing.record, let event = listing.event, record.outcome != .refused else { return }
        // A bundle is handed to whom it is for.
        count(record, by: record.action == .bundle ? record.details["for"] ?? listing.signer.name : listing.signer.name)
        // The paths stand in the order of the bindings; a journal's binding is the rotation's.
        guard event.bindings.count == record.paths.count else { return }
        for (binding, path) in zip(event.bindings, record.paths) {
            guard binding.rowHash != .zero else {
                facts[binding.entryID]?.removedAt = record.at
                if facts[binding.entryID] == nil {
                    facts[binding.entryID] = Fact(
                        id: binding.entryID, path: path, kind: nil, createdAt: .distantPast, removedAt: record.at)
                }
                continue
            }
            write(binding.entryID, path, record, event)
        }
    }

    /// Counts what an event handed to an identity.
    mutating func count(_ record: AuditRecord, by identity: String) {
        for (path, field) in Self.handed(by: record) where record.at >= since {
            let reader = Reader(identity: identity, path: path)
            var reading = readings[reader] ?? Reading()
            reading.count += record.repeatCount
            reading.fields.insert(field)
            reading.lastAt = max(reading.lastAt, record.at)
            readings[reader] = reading
        }
    }

    private mutating func write(_ id: EntryID, _ path: String, _ record: AuditRecord, _ event: AuditEvent) {
        let kind: EntryKind? =
            switch record.action {
            case .addApp: .app
            case .connect, .beginRefresh, .endRefresh: .connection
            case .put: .secret
            default: nil
            }
        // Chains come one after the other: an entry's first write may be met last.
        let old = facts[id]
        var fact = Fact(
            id: id, path: path, kind: kind ?? old?.kind, createdAt: min(old?.createdAt ?? record.at, record.at),
            removedAt: old?.removedAt)
        fact.keptAt = old?.keptAt ?? [:]
        for kept in event.fingerprints where kept.entryID == id && !kept.isSpent {
            let place = Place(field: kept.field, tier: kept.tier)
            fact.keptAt[place] = max(fact.keptAt[place] ?? .distantPast, record.at)
        }
        facts[id] = fact
    }

    /// Joins what is there now, and gives the fields their names.
    mutating func conclude(with present: [Entry]) {
        for entry in present {
            if facts[entry.id] == nil {
                facts[entry.id] = Fact(
                    id: entry.id, path: entry.path.description, kind: entry.kind, createdAt: .distantPast)
            }
            facts[entry.id]?.kind = entry.kind
            facts[entry.id]?.removedAt = nil
        }
        for (id, fact) in facts {
            guard let kind = fact.kind else {
                // Neither there nor written by an event that names its kind: a journal's row.
                facts[id] = nil
                continue
            }
            var named = fact
            for (kept, at) in fact.keptAt where !SecretField.isWaiting(kept.field, kept.tier) {
                let field = SecretField(kept.field, kept.tier, kind)
                named.storedAt[field] = max(named.storedAt[field] ?? .distantPast, at)
            }
            named.keptAt = [:]
            facts[id] = named
        }
    }

    /// The secrets that an event handed out, with the paths of the entries they stand in.
    private static func handed(by record: AuditRecord) -> [(path: String, field: SecretField)] {
        switch record.action {
        case .handOut, .bundle: return record.paths.map { ($0, .accessToken) }
        case .read:
            guard let field = record.details["field"].flatMap(SecretField.init(rawValue:)) else { return [] }
            return record.paths.map { ($0, field) }
        default:
            // What a newer program did with a path without writing it may have shown everything there.
            return record.action.isKnown ? [] : record.paths.map { ($0, .unknown) }
        }
    }
}
