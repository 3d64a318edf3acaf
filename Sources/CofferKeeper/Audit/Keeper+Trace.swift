// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

package import CofferCredentials
import CofferVault
import Foundation

extension Keeper {
    /// For how long after its replacement a token's hand-out may be recorded that was under way: 1 min.
    private static let handOutSlack: TimeInterval = 60

    /// Says whether a string is or was one of ours, without opening a value.
    ///
    /// Tried are the exact bytes, and the string without white space around it, as it is pasted, also with the line's end that a
    /// file has and `coffer put` keeps.
    ///
    /// - Throws: ``KeeperError`` `usage` for nothing; ``VaultError/Code/notPermitted`` for a reader.
    package func trace(_ string: Secret) async throws -> TraceReport {
        let trimmed = Self.trimmed(string)
        guard !trimmed.isEmpty else { throw KeeperError(.usage, "there is nothing to trace") }
        var report = TraceReport(isOurs: false, identityOf: nil, matches: [], notes: [])
        try await vault.record(auditRecord(.trace))
        if traceIdentity(trimmed, &report) { return report }
        let (lives, chains) = try await vault.traceLives(Self.forms(string))
        report.isOurs = !lives.isEmpty
        for group in Self.grouped(lives) { report.matches.append(try await match(group)) }
        if lives.contains(where: { $0.stored == nil }) {
            report.notes.append("no event tells when it was stored: it is known by an index, or by a mark of a restore")
        }
        if report.isOurs, !chains.isIntact {
            report.notes.append("the record of events is broken, and this may be incomplete; see: coffer audit verify")
        }
        let untraced = try await vault.untracedSpaces()
        if !untraced.isEmpty {
            report.notes.append(
                "not looked for in what this identity has no keys to trace in: space \(untraced.joined(separator: ", "))"
            )
        }
        if report.isOurs, !vault.isOwner {
            report.notes.append("when it was stored, and who was handed it, only owners can read")
        }
        return report
    }

    /// Recognises the text of an identity.
    func traceIdentity(_ text: Secret, _ report: inout TraceReport) -> Bool {
        guard text.withExposedBytes({ $0.starts(with: IdentityText.prefix.utf8) }) else { return false }
        guard let identity = try? IdentityText(reading: text).identity.publicIdentity else {
            report.notes.append("this has the form of a Coffer identity, but it is incomplete or mistyped")
            return true
        }
        if let name = vault.memberName(of: identity) {
            report.isOurs = true
            report.identityOf = name
            report.notes.append(
                "whoever has it can do all that \(name) can; see: coffer audit exposure --identity \(name)")
        } else {
            report.notes.append("this is the secret text of a Coffer identity that never was a member of this vault")
        }
        return true
    }

    static func trimmed(_ string: Secret) -> Secret {
        string.withExposedBytes { bytes in
            let isSpace = { (byte: UInt8) in byte == 0x20 || (0x09...0x0D).contains(byte) }
            guard let first = bytes.firstIndex(where: { !isSpace($0) }),
                let last = bytes.lastIndex(where: { !isSpace($0) })
            else { return Secret(bytes: []) }
            return Secret(bytes: UnsafeRawBufferPointer(rebasing: bytes[first...last]))
        }
    }

    /// The lives in one entry that are one story: a new client secret waits first, and is in force afterwards.
    static func grouped(_ lives: [TracedLife]) -> [[TracedLife]] {
        var groups: [[TracedLife]] = []
        for life in lives {
            if let index = groups.firstIndex(where: { $0[0].entryID == life.entryID && $0[0].tier == life.tier }) {
                groups[index].append(life)
            } else {
                groups.append([life])
            }
        }
        return groups
    }

    /// Where a string stands or stood in one entry.
    ///
    /// - Parameters:
    ///   - group: Its lives there.
    ///   - tellsHandOuts: Whether who was handed it is looked for, which reads the events again.
    /// - Returns: where, since when and until when, as far as the events tell.
    /// - Throws: what reading the events throws.
    func match(_ group: [TracedLife], tellsHandOuts: Bool = true) async throws -> TraceReport.Match {
        let inForce = group.filter { !SecretField.isWaiting($0.field, $0.tier) }
        let lives = inForce.isEmpty ? group : inForce
        let life = lives[0]
        let first = group.compactMap(\.stored).min { version(of: life, $0) < version(of: life, $1) }
        // It stands as long as it stands in any of the fields.
        let isPresent = lives.contains { $0.ended == nil }
        let last = isPresent ? nil : lives.compactMap(\.ended).max { version(of: life, $0) < version(of: life, $1) }
        let path = try await path(of: life, first ?? last)
        let kind = kind(of: life, first)
        let field = SecretField(life.field, life.tier, kind)
        let state =
            if life.isSpent && field == .refreshToken {
                "spent"
            } else if !isPresent || life.isSpent {
                "past"
            } else {
                inForce.isEmpty ? "waiting" : "present"
            }
        var match = TraceReport.Match(
            path: path, space: life.spaceName, field: field.rawValue, state: state, stored: first.map(place),
            ended: last.map(place))
        match.isNarrowed =
            field == .accessToken && lives.allSatisfy { $0.field == ConnectionRecord.Tag.narrowed }
        if tellsHandOuts, vault.isOwner, let first, let path {
            match.handedTo = try await handOuts(of: field, at: path, after: first, before: last)
        }
        return match
    }

    private func version(of life: TracedLife, _ event: AuditEvent) -> UInt64 {
        event.bindings.first { $0.entryID == life.entryID }?.version ?? .max
    }

    private func place(_ event: AuditEvent) -> TraceReport.Place {
        TraceReport.Place(
            identity: vault.name(of: event.signer), sequence: Int(clamping: event.sequence),
            at: vault.record(of: event)?.at)
    }

    /// From the body of the write, which needs no value; whoever can't open that looks at the entry.
    private func path(of life: TracedLife, _ event: AuditEvent?) async throws -> String? {
        if let event, let index = life.pathIndex(in: event), let paths = vault.record(of: event)?.paths,
            paths.indices.contains(index)
        {
            return paths[index]
        }
        return try? await vault.inspect(life.entryID)?.path.description
    }

    private func kind(of life: TracedLife, _ event: AuditEvent?) -> EntryKind? {
        if let kind = life.kind { return kind }
        return event.flatMap { vault.record(of: $0)?.action }.map { $0 == .put ? .secret : .connection }
    }

    // MARK: - Hand-outs

    private func handOuts(
        of field: SecretField, at path: String, after first: AuditEvent, before last: AuditEvent?
    ) async throws -> [TraceReport.HandOut] {
        let version = vault.record(of: first)?.details["version"]
        let end = last.flatMap { vault.record(of: $0)?.at }
        var found: [String: TraceReport.HandOut] = [:]
        func add(_ record: AuditRecord, by name: String, isBefore: Bool) {
            guard Self.hands(record, field, path) else { return }
            // Beyond the end only what names this very version; up to it everything that does not name another.
            if let named = record.details["version"], let version, field == .accessToken {
                guard named == version else { return }
            } else {
                guard isBefore else { return }
            }
            found[name, default: TraceReport.HandOut(identity: name, firstAt: record.at)].count(record)
        }
        try await vault.auditEvents(after: first, before: last) { record in
            end.map { record.at <= $0.addingTimeInterval(Self.handOutSlack) } ?? true
        } _: { listing, isBefore in
            guard let record = listing.record else { return }
            add(record, by: listing.receiver, isBefore: isBefore)
        }
        // What was read from a bundle has no place among the others' events but its time.
        let begin = vault.record(of: first)?.at ?? .distantPast
        try await vault.eachCollectedEvent { event in
            guard event.record.at >= begin else { return }
            add(event.record, by: event.name, isBefore: event.record.at <= end ?? .distantFuture)
        }
        return found.values.sorted { ($0.firstAt, $0.identity) < ($1.firstAt, $1.identity) }
    }

    /// Whether an event handed out a field of an entry.
    static func hands(_ record: AuditRecord, _ field: SecretField, _ path: String) -> Bool {
        guard record.outcome != .refused else { return false }
        switch record.action {
        case .handOut: return field == .accessToken && record.paths.contains(path)
        case .bundle: return (field == .accessToken || field == .value) && record.paths.contains(path)
        case .read:
            guard record.details["field"] == field.rawValue else { return false }
            if record.paths.contains(path) { return true }
            // An app's secret is read under the path of a connection, too.
            return field == .clientSecret
                && record.paths.contains { $0.hasPrefix(path + "/") && !$0.dropFirst(path.count + 1).contains("/") }
        default:
            // What a newer program did with a path may have shown everything there.
            return !record.action.isKnown && record.paths.contains(path)
        }
    }
}
