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
    /// - Throws: ``KeeperError`` `not_permitted` for whoever is no owner, `not_found` for a path at which there never was anything;
    ///   ``VaultError/Code/missing`` for an identity that nobody had.
    package func exposure(_ question: ExposureQuestion) async throws -> ExposureReport {
        guard vault.isOwner else {
            throw KeeperError(.notPermitted, "only an owner reads everybody's events, and can tell an exposure")
        }
        try await vault.record(auditRecord(.exposure))
        let history = try await vault.membershipHistory()
        var since = Date.distantPast
        if case .since(let instant) = question { since = instant }
        let walked = try await vault.surveyEvents(AccessSurvey(since: since), history) { $0.visit($1, $2) }
        var survey = walked.survey
        try await vault.eachCollectedEvent { event in
            if event.record.outcome != .refused { survey.count(event.record, by: event.name) }
        }
        survey.conclude(with: try await vault.inspectAll())
        let rows = try Self.rows(question, survey, history, isBroken: walked.report.isBroken)
        return ExposureReport(Self.inOrder(rows), walked.report, closedCount: survey.closedCount)
    }

    private static func rows(
        _ question: ExposureQuestion, _ survey: AccessSurvey, _ history: MembershipHistory, isBroken: Bool
    ) throws -> [ExposureRow] {
        let readings = survey.readings()
        switch question {
        case .identity(let name):
            let stays = history.stays.filter { $0.name == name }
            guard !stays.isEmpty else {
                throw VaultError(.missing, "no identity of the vault is or was called \(name)")
            }
            return rows(survey.facts, stays, readings)
        case .path(let prefix):
            let facts = survey.facts.filter { fact in
                AuditFilter.lies(fact.path, at: prefix) || readings.wasRead(fact.path, through: prefix)
            }
            // A space may be empty; any other path at which there never was anything is a mistake.
            let isSpace = history.stays.contains { [$0.spaceName, $0.spaceName + "/"].contains(prefix) }
            guard isSpace || !facts.isEmpty else {
                guard !isBroken else {
                    throw VaultError(
                        .damaged, "nothing that is left of the record of events tells of that path",
                        hint: "see: coffer audit verify")
                }
                throw KeeperError(.notFound, "there is nothing at that path, and there never was")
            }
            return Dictionary(grouping: history.stays, by: \.name).values.flatMap { rows(facts, $0, readings) }
        case .since: return handedOut(readings, survey.factsByPath)
        }
    }

    // MARK: - What could be read

    /// What one identity could read of some entries.
    private static func rows(
        _ facts: [AccessSurvey.Fact], _ stays: [MembershipHistory.Stay], _ readings: ExposureReading
    ) -> [ExposureRow] {
        guard let name = stays.first?.name else { return [] }
        func fields(of fact: AccessSurvey.Fact) -> (role: Role, fields: [SecretField])? {
            guard let kind = fact.kind, let role = role(in: stays, for: fact) else { return nil }
            let all = SecretField.all(of: kind, for: role)
            // Of an app that is there it is known which secrets it has.
            let fields = all.isEmpty ? [] : fact.secrets ?? all
            return fields.isEmpty ? nil : (role, fields)
        }
        let rotating = Set(
            facts.filter { fact in
                guard fact.kind == .app, let fields = fields(of: fact)?.fields else { return false }
                return remedy(for: fact, fields, stays, []) == .rotate
            }.map(\.path))
        return facts.compactMap { fact in
            guard let kind = fact.kind, let (role, fields) = fields(of: fact) else { return nil }
            let reading = readings[name, fact.path]
            return ExposureRow(
                path: fact.path, kind: kind.name, identity: name, role: role.name, fields: fields.map(\.rawValue),
                reads: reading?.tally.count ?? 0, lastReadAt: reading?.tally.lastAt, isPresent: fact.isPresent,
                must: remedy(for: fact, fields, stays, rotating))
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
        for fact: AccessSurvey.Fact, _ fields: [SecretField], _ stays: [MembershipHistory.Stay],
        _ rotating: Set<String>
    ) -> ExposureRow.Remedy {
        guard fact.isPresent else { return .withdraw }
        let end = stays.map { $0.until ?? .distantFuture }.max() ?? .distantFuture
        // Whoever leaked may have written any time into its own events.
        let names = Set(stays.map(\.name))
        let left = fields.filter { fact.lastStored($0, notBy: names) <= end }
        return left.isEmpty ? .nothing : remedy(for: fact, Set(left), rotating)
    }

    /// What replaces some fields of an entry that is there: always something that the named command accepts.
    private static func remedy(
        for fact: AccessSurvey.Fact, _ fields: Set<SecretField>, _ rotating: Set<String>
    ) -> ExposureRow.Remedy {
        switch fact.kind {
        case .app:
            // A rotation replaces a client_secret, and is refused by an app that has none. What else it has left needs a person.
            let hasSecret = fact.secrets?.contains(.clientSecret) ?? true
            return hasSecret && !fields.isDisjoint(with: [.clientSecret, .unknown]) ? .rotate : .replace
        case .connection:
            return AccessSurvey.parent(of: fact.path).map(rotating.contains) == true ? .withApp : .reissue
        default: return .replace
        }
    }

    // MARK: - What was handed out

    private static func handedOut(_ readings: ExposureReading, _ facts: [String: AccessSurvey.Fact]) -> [ExposureRow] {
        func present(_ path: String) -> AccessSurvey.Fact? { facts[path].flatMap { $0.isPresent ? $0 : nil } }
        let rotating = Set(
            readings.all.filter { reader, reading in
                present(reader.path).map { remedy(for: $0, reading.fields, []) == .rotate } ?? false
            }.map(\.key.path))
        return readings.all.map { reader, reading in
            let fact = present(reader.path)
            return ExposureRow(
                path: reader.path, kind: facts[reader.path]?.kind?.name ?? "unknown", identity: reader.identity,
                role: nil,
                fields: reading.fields.map(\.rawValue).sorted(), reads: reading.tally.count,
                lastReadAt: reading.tally.lastAt, isPresent: fact != nil,
                must: fact.map { remedy(for: $0, reading.fields, rotating) } ?? .withdraw)
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
