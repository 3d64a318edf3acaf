// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

import CofferCredentials
package import CofferRotation

extension Keeper {
    /// What a scanner's report calls for.
    ///
    /// Nothing is changed and nobody asked; that somebody looked is one event, as it is with ``trace(_:)``.
    ///
    /// - Parameters:
    ///   - report: What was found.
    ///   - taint: What readers get while an app is rotated; nil for the default.
    /// - Returns: which findings are ours, and one plan for all of them: each app and connection is in it once, the worst first.
    /// - Throws: what ``trace(_:)`` throws; a record that may lack writes is no error but makes the plan a broken one.
    package func leakPlan(for report: LeakReport, taint: TaintStrength? = nil) async throws -> LeakReportPlan {
        let united = UnitedStrings(report.findings)
        let traced = try await trace(each: united.strings)
        let steps = LeakSteps(keeper: self, taint: taint, accessTokenLeaked: false)
        let (planned, notes, isBroken) = try await steps.steps(for: traced.reports)

        let isOurs = united.ofFindings.map { $0.contains { traced.reports[$0] != nil } }
        let others = zip(report.findings, isOurs).filter { !$0.1 }.map(\.0)
        let redacted = others.count { $0.isRedacted }
        var allNotes: [String] = []
        if redacted > 0 {
            allNotes.append(
                "\(redacted) of the findings lack\(redacted == 1 ? "s" : "") the secret, so nothing can be looked up: "
                    + "scan again without redaction")
        }
        for note in traced.notes + notes where !allNotes.contains(note) { allNotes.append(note) }
        var asked: [Int: [Secret]] = [:]
        for (place, found) in planned.enumerated() {
            switch found.step.action {
            case .ask: asked[place] = [united.strings[found.string]]
            // Also where the step is the refresh token's: whatever is replaced before it is done is not what it replaces.
            case .reissue: asked[place] = Self.accessTokens(of: found.step.subject, traced.reports, united)
            default: break
            }
        }
        return LeakReportPlan(
            format: report.format, findings: report.findings.count,
            ours: Self.ours(in: report, united, traced.reports), unknown: others.count - redacted, redacted: redacted,
            plan: LeakPlan(
                steps: planned.map(\.step), notes: allNotes, isBroken: traced.isBroken || isBroken),
            asked: asked)
    }

    /// The strings that were a connection's access token when they were looked up.
    private static func accessTokens(
        of path: String, _ reports: [Int: TraceReport], _ united: UnitedStrings
    ) -> [Secret] {
        reports.sorted { $0.key < $1.key }.filter { found in
            found.value.matches.contains {
                $0.path == path && $0.field == SecretField.accessToken.rawValue && $0.state == "present"
                    && !$0.isNarrowed
            }
        }.map { united.strings[$0.key] }
    }

    /// What is ours, in the order in which it was found, with the places of it.
    private static func ours(
        in report: LeakReport, _ united: UnitedStrings, _ reports: [Int: TraceReport]
    ) -> [OurLeak] {
        var ours: [OurLeak] = []
        var numbers: [String: Int] = [:]
        var seen: [Set<FoundPlace>] = []
        for (finding, strings) in zip(report.findings, united.ofFindings) {
            // By each string of a finding the same place may be ours.
            var found: Set<Int> = []
            for report in strings.compactMap({ reports[$0] }) {
                let leaks = report.identityOf.map { [OurLeak(identity: $0)] } ?? report.matches.map { OurLeak($0) }
                for leak in leaks {
                    let key = [leak.identity, leak.path, leak.space, leak.field, leak.state].map { $0 ?? "" }
                        .joined(separator: "\n")
                    let number = numbers[key] ?? ours.count
                    if number == ours.count {
                        numbers[key] = number
                        ours.append(leak)
                        seen.append([])
                    }
                    found.insert(number)
                }
            }
            guard !found.isEmpty else { continue }
            let place = FoundPlace(finding.place)
            for number in found.sorted() {
                ours[number].findings += 1
                guard !seen[number].contains(place) else { continue }
                guard ours[number].places.count < OurLeak.mostPlaces else {
                    ours[number].morePlaces = true
                    continue
                }
                seen[number].insert(place)
                ours[number].places.append(place)
            }
        }
        return withoutEchoes(ours, of: report, united, reports)
    }

    /// Masks what repeats a secret, whosever it is.
    private static func withoutEchoes(
        _ ours: [OurLeak], of report: LeakReport, _ united: UnitedStrings, _ reports: [Int: TraceReport]
    ) -> [OurLeak] {
        guard !ours.isEmpty else { return ours }
        // What has other text around a secret is one only if it is ours.
        let secrets =
            report.findings.filter { !$0.isRedacted }.flatMap(\.secrets) + reports.keys.map { united.strings[$0] }
        let echoes = EchoSearch(for: secrets, in: ours.flatMap(\.places).flatMap(\.texts))
        return ours.map { leak in
            var leak = leak
            leak.places = leak.places.map { $0.mapped(echoes.masked) }
            return leak
        }
    }
}
