// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

import CofferCredentials
import CofferVault
package import Foundation

/// What is asked about an exposure.
package enum ExposureQuestion: Sendable {
    /// What could and did this identity read?
    case identity(String)
    /// Who could and did read this path, and what lies below it?
    case path(String)
    /// What was handed to anybody since then?
    case since(Date)
}

extension Keeper {
    /// What could be read, what is recorded to have been read, and what must be replaced, the most urgent first.
    ///
    /// What an identity could read comes from the membership's history: whoever held the keys of a space could open everything in it,
    /// whatever the events say. What it did read orders the work.
    ///
    /// - Throws: ``KeeperError`` `not_permitted` for whoever is no owner; ``VaultError/Code/missing`` for an identity that
    ///   nobody had.
    package func exposure(_ question: ExposureQuestion) async throws -> [ExposureRow] {
        guard vault.isOwner else {
            throw KeeperError(.notPermitted, "only an owner reads everybody's events, and can tell an exposure")
        }
        try await vault.record(auditRecord(.exposure))
        let history = try await vault.membershipHistory()
        var since = Date.distantPast
        if case .since(let instant) = question { since = instant }
        var survey = AccessSurvey(since: since)
        try await vault.eachAuditEvent { survey.visit($0) }
        try await vault.eachCollectedEvent { event in
            if event.record.outcome != .refused { survey.count(event.record, by: event.name) }
        }
        survey.conclude(with: try await vault.inspectAll())
        let rows: [ExposureRow]
        switch question {
        case .identity(let name):
            let stays = history.stays.filter { $0.name == name }
            guard !stays.isEmpty else {
                throw VaultError(.missing, "no identity of the vault is or was called \(name)")
            }
            rows = Self.rows(Array(survey.facts.values), stays, survey)
        case .path(let prefix):
            let facts = survey.facts.values.filter { AuditFilter.lies($0.path, at: prefix) }
            rows = Dictionary(grouping: history.stays, by: \.name).values.flatMap { Self.rows(facts, $0, survey) }
        case .since: rows = Self.handedOut(survey)
        }
        return Self.inOrder(rows)
    }

    // MARK: - What could be read

    /// What one identity could read of some entries.
    private static func rows(
        _ facts: [AccessSurvey.Fact], _ stays: [MembershipHistory.Stay], _ survey: AccessSurvey
    ) -> [ExposureRow] {
        guard let name = stays.first?.name else { return [] }
        let rotating = Set(
            facts.filter { $0.kind == .app && role(in: stays, for: $0).map { $0 > .reader } ?? false }.map(\.path))
        return facts.compactMap { fact in
            guard let kind = fact.kind, let role = role(in: stays, for: fact) else { return nil }
            let fields = SecretField.all(of: kind, for: role)
            guard !fields.isEmpty else { return nil }
            let reading = survey.readings[.init(identity: name, path: fact.path)]
            let must = remedy(for: fact, kind, fields, stays, rotating)
            return ExposureRow(
                path: fact.path, kind: kind.name, identity: name, role: role.name, fields: fields.map(\.rawValue),
                reads: reading?.count ?? 0, lastReadAt: reading?.lastAt, isPresent: fact.removedAt == nil, must: must)
        }
    }

    /// The highest role in the space of an entry while it was there; nil for none.
    private static func role(in stays: [MembershipHistory.Stay], for fact: AccessSurvey.Fact) -> Role? {
        let space = fact.path.prefix { $0 != "/" }
        return stays.filter { stay in
            // What was removed before somebody came lies in no row that it could open.
            stay.spaceName == space && fact.createdAt <= stay.until ?? .distantFuture
                && fact.removedAt ?? .distantFuture >= stay.from
        }.map(\.role).max()
    }

    private static func remedy(
        for fact: AccessSurvey.Fact, _ kind: EntryKind, _ fields: [SecretField], _ stays: [MembershipHistory.Stay],
        _ rotating: Set<String>
    ) -> ExposureRow.Remedy {
        guard fact.removedAt == nil else { return .withdraw }
        let end = stays.map { $0.until ?? .distantFuture }.max() ?? .distantFuture
        if fields.allSatisfy({ (fact.storedAt[$0] ?? .distantPast) > end }) { return .nothing }
        switch kind {
        case .app: return .rotate
        case .connection:
            let app = fact.path.split(separator: "/").dropLast().joined(separator: "/")
            return rotating.contains(app) ? .withApp : .reissue
        default: return .replace
        }
    }

    // MARK: - What was handed out

    private static func handedOut(_ survey: AccessSurvey) -> [ExposureRow] {
        let present = Dictionary(survey.facts.values.map { ($0.path, $0) }) { $0.removedAt == nil ? $0 : $1 }
        return survey.readings.map { reader, reading in
            let fact = present[reader.path]
            let isPresent = fact != nil && fact?.removedAt == nil
            let must: ExposureRow.Remedy =
                if !isPresent {
                    .withdraw
                } else if reading.fields.contains(.clientSecret) || reading.fields.contains(.registrationToken) {
                    .rotate
                } else {
                    reading.fields.isDisjoint(with: [.value, .clientKey, .certificateKey, .unknown])
                        ? .reissue : .replace
                }
            return ExposureRow(
                path: reader.path, kind: fact?.kind?.name ?? "unknown", identity: reader.identity, role: nil,
                fields: reading.fields.map(\.rawValue).sorted(), reads: reading.count, lastReadAt: reading.lastAt,
                isPresent: isPresent, must: must)
        }
    }

    /// What was read first, the latest reading first; an app counts as read when one of its connections was.
    private static func inOrder(_ rows: [ExposureRow]) -> [ExposureRow] {
        var lastReadAt: [String: Date] = [:]
        for row in rows {
            guard let at = row.lastReadAt else { continue }
            lastReadAt[row.path] = max(lastReadAt[row.path] ?? .distantPast, at)
            let app = row.path.split(separator: "/").dropLast().joined(separator: "/")
            lastReadAt[app] = max(lastReadAt[app] ?? .distantPast, at)
        }
        return rows.sorted { left, right in
            let (one, other) = (lastReadAt[left.path] ?? .distantPast, lastReadAt[right.path] ?? .distantPast)
            return one == other ? (left.path, left.identity) < (right.path, right.identity) : one > other
        }
    }
}
