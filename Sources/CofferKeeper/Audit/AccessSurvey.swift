// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

import CofferCredentials
import CofferVault
import Foundation

/// What the bodies of all events tell of the entries there are and were, and of who was handed what.
struct AccessSurvey: Sendable {
    /// An entry, from its first write to its removal.
    struct Fact: Sendable {
        let id: EntryID
        let path: String
        var kind: EntryKind?
        var createdAt: Date
        var removedAt: Date?
        /// Whether it is there now.
        var isPresent = false
        /// Of an app that is there, the secrets that it has; nil where that is not known.
        var secrets: [SecretField]?
        /// When who last stored a value in each field.
        var storedAt: [SecretField: [String: Date]] = [:]
        /// When who last kept a fingerprint in each field, before the entry's kind was known.
        fileprivate var keptAt: [Place: [String: Date]] = [:]

        /// When a value was last stored in a field by anybody but these identities.
        func lastStored(_ field: SecretField, notBy names: Set<String>) -> Date {
            storedAt[field]?.filter { !names.contains($0.key) }.values.max() ?? .distantPast
        }
    }

    /// A field of an entry whose kind is not known.
    fileprivate struct Place: Hashable, Sendable {
        let field: UInt16
        let tier: Tier
    }

    /// Where an entry is told of: no issuer of one space says anything of another's.
    private struct Home: Hashable {
        let id: EntryID
        let space: Substring

        init(_ id: EntryID, _ path: String) {
            self.id = id
            space = path.prefix { $0 != "/" }
        }
    }

    private var known: [Home: Fact] = [:]
    /// What was handed out, before the entries' kinds were known.
    private var tallies: [ExposureReading.Reader: [HandedField: ExposureReading.Tally]] = [:]
    private let since: Date
    /// How many events hold that this identity can't open.
    private(set) var closedCount = 0
    /// The entries there are and were.
    var facts: [Fact] { Array(known.values) }

    /// Counts what was handed out from an instant on.
    init(since: Date) {
        self.since = since
    }

    /// Takes an event, and what of its writes its signer may write.
    mutating func visit(_ listing: AuditListing, _ writes: [ListedWrite]) {
        guard let record = listing.record else {
            closedCount += 1
            return
        }
        guard record.outcome != .refused else { return }
        count(record, by: listing.receiver)
        for write in writes { take(write, record, by: listing.signer.name) }
    }

    /// Counts what an event handed to an identity.
    mutating func count(_ record: AuditRecord, by identity: String) {
        guard record.at >= since, let field = HandedField(record) else { return }
        for path in record.paths {
            let reader = ExposureReading.Reader(identity: identity, path: path)
            tallies[reader, default: [:]][field, default: .init()].add(record)
        }
    }

    private mutating func take(_ write: ListedWrite, _ record: AuditRecord, by name: String) {
        let home = Home(write.entryID, write.path)
        // Chains come one after the other: an entry's first write may be met last.
        var fact =
            known[home]
            ?? Fact(
                id: write.entryID, path: write.path, createdAt: write.isRemoval ? .distantPast : record.at)
        if write.isRemoval {
            fact.removedAt = record.at
        } else {
            fact.kind = Self.kind(writtenBy: record.action) ?? fact.kind
            fact.createdAt = min(fact.createdAt, record.at)
            for kept in write.kept {
                let place = Place(field: kept.field, tier: kept.tier)
                let last = fact.keptAt[place]?[name] ?? .distantPast
                fact.keptAt[place, default: [:]][name] = max(last, record.at)
            }
        }
        known[home] = fact
    }

    private static func kind(writtenBy action: AuditAction) -> EntryKind? {
        switch action {
        case .addApp, .updateApp: .app
        case .connect, .beginRefresh, .endRefresh: .connection
        case .put: .secret
        default: nil
        }
    }

    // MARK: - In the end

    /// Joins what is there now, and gives the fields their names.
    mutating func conclude(with present: [Entry]) {
        for entry in present {
            let path = entry.path.description
            let home = Home(entry.id, path)
            var fact = known[home] ?? Fact(id: entry.id, path: path, createdAt: .distantPast)
            fact.kind = entry.kind
            fact.removedAt = nil
            fact.isPresent = true
            fact.secrets = SecretField.all(ofApp: entry)
            known[home] = fact
        }
        // Neither there nor written by an event that names its kind: a journal's row.
        known = known.filter { $0.value.kind != nil }.mapValues { fact in
            guard let kind = fact.kind else { return fact }
            var named = fact
            for (kept, times) in fact.keptAt where !SecretField.isWaiting(kept.field, kept.tier) {
                let field = SecretField(kept.field, kept.tier, kind)
                named.storedAt[field, default: [:]].merge(times, uniquingKeysWith: max)
            }
            named.keptAt = [:]
            return named
        }
    }

    /// The entry at each path: the one that is there, or else the last that was.
    var factsByPath: [String: Fact] {
        Dictionary(facts.map { ($0.path, $0) }) { one, other in
            guard one.isPresent == other.isPresent else { return one.isPresent ? one : other }
            return one.createdAt >= other.createdAt ? one : other
        }
    }

    /// What each identity was handed of each entry, once the entries are known.
    ///
    /// An app's secrets, which can be read under the path of a connection, are counted where they stand.
    func readings() -> ExposureReading {
        let facts = factsByPath
        var reading = ExposureReading()
        for (reader, fields) in tallies {
            let kind = facts[reader.path]?.kind
            for (handed, tally) in fields {
                let field = handed.field(of: kind)
                let app = kind != .app && field.isOfApp ? Self.parent(of: reader.path) : nil
                reading.add(tally, of: field, to: reader.identity, at: app ?? reader.path, through: reader.path)
            }
        }
        return reading
    }

    /// The path of the app that a connection belongs to.
    static func parent(of path: String) -> String? {
        let components = path.split(separator: "/", omittingEmptySubsequences: false)
        return components.count > 2 ? components.dropLast().joined(separator: "/") : nil
    }
}
