// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

import CofferCredentials
import CofferVault

extension Keeper {
    /// How many strings one walk over the events looks for: 10,000, which needs some megabytes for each space.
    private static let stringsPerWalk = 10_000

    /// What is known of many strings.
    struct TracedStrings {
        /// Of those that are or were ours, by their place in the list.
        var reports: [Int: TraceReport] = [:]
        /// What limits the answer, in sentences.
        var notes: [String] = []
        /// Whether writes may be gone from the record, so that one that is not known may be ours.
        var isBroken = false
    }

    /// Says which of many strings are or were ours; see ``trace(_:)``.
    ///
    /// One event tells that somebody looked, and who was handed them is not looked for. Tried is each also without white space
    /// around it, and with the line's end that a file has: a scanner leaves that out, and `coffer put` keeps it.
    ///
    /// - Throws: ``VaultError/Code/notPermitted`` for a reader.
    func trace(each strings: [Secret]) async throws -> TracedStrings {
        var traced = TracedStrings()
        guard !strings.isEmpty else { return traced }
        try await vault.record(auditRecord(.trace))
        var isIntact = true
        var hasUnrecorded = false
        for start in stride(from: 0, to: strings.count, by: Self.stringsPerWalk) {
            let part = strings[start..<min(start + Self.stringsPerWalk, strings.count)]
            let (lives, chains) = try await vault.traceLives(ofEach: part.map(Self.forms))
            for (offset, string) in part.enumerated() {
                var report = TraceReport(isOurs: false, identityOf: nil, matches: [], notes: [])
                if !traceIdentity(Self.trimmed(string), &report), let found = lives[offset] {
                    report.isOurs = true
                    if found.contains(where: { $0.stored == nil }) { hasUnrecorded = true }
                    for group in Self.grouped(found) {
                        report.matches.append(try await match(group, tellsHandOuts: false))
                    }
                }
                if report.isOurs { traced.reports[start + offset] = report }
            }
            if !chains.isIntact { isIntact = false }
            if chains.mayHideWrites { traced.isBroken = true }
        }
        traced.isBroken = traced.isBroken && traced.reports.count < strings.count
        traced.notes = try await notes(isIntact: isIntact, isBroken: traced.isBroken, hasUnrecorded: hasUnrecorded)
        return traced
    }

    /// What a string may be of: what was piped may have a line's end that the secret has not, and the other way round.
    static func forms(_ string: Secret) -> [Secret] {
        let trimmed = trimmed(string)
        guard !trimmed.isEmpty else { return [string] }
        let ends: [[UInt8]] = [[0x0A], [0x0D, 0x0A]]
        let ended = ends.map { end in
            Secret(byteCount: trimmed.byteCount + end.count) { (target: UnsafeMutableRawBufferPointer) -> Int in
                trimmed.withExposedBytes { target.copyMemory(from: $0) }
                for (index, byte) in end.enumerated() { target[trimmed.byteCount + index] = byte }
                return target.count
            }
        }
        return [string] + ([trimmed] + ended).filter { $0 != string }
    }

    private func notes(isIntact: Bool, isBroken: Bool, hasUnrecorded: Bool) async throws -> [String] {
        var notes: [String] = []
        if isBroken {
            notes.append("writes may be gone from the record of events, so more may be ours; see: coffer audit verify")
        } else if !isIntact {
            notes.append("the record of events is broken, and this may be incomplete; see: coffer audit verify")
        }
        if hasUnrecorded {
            notes.append(
                "of some no event tells when they were stored: they are known by an index, or by a mark of a restore")
        }
        let untraced = try await vault.untracedSpaces()
        if !untraced.isEmpty {
            notes.append(
                "not looked for in what this identity has no keys to trace in: space \(untraced.joined(separator: ", "))"
            )
        }
        return notes
    }
}
