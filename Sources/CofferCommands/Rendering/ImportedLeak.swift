// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

import CofferCredentials
import CofferKeeper

#if canImport(FoundationEssentials)
import FoundationEssentials
#else
import Foundation
#endif

/// What a scanner's report means to the vault, for people and programs.
struct ImportedLeak: ShownLeak {
    /// How many places of one secret people are shown; programs get all.
    private static let shownPlaces = 10

    private let report: LeakReportPlan
    /// Whether GitHub's signature was checked, and is right.
    private let isSigned: Bool

    /// Takes what is known of a report.
    init(_ report: LeakReportPlan, isSigned: Bool) {
        self.report = report
        self.isSigned = isSigned
    }

    var plan: LeakPlan { report.plan }
    var isOurs: Bool { !report.ours.isEmpty }
    var isIncomplete: Bool { report.redacted > 0 }

    func strings(ofStep index: Int) -> [Secret] { report.asked[index] ?? [] }

    // MARK: - For people

    func text(now: Date) -> String {
        let mine = report.findings - report.unknown - report.redacted
        var facts: [(String, String?)] = [
            ("report", report.format?.displayName ?? "without findings"),
            ("findings", "\(report.findings)"), ("ours", "\(mine)"), ("not ours", "\(report.unknown)"),
        ]
        if report.redacted > 0 { facts.append(("redacted", "\(report.redacted), of which nothing can be said")) }
        if isSigned { facts.append(("signature", "GitHub's")) }
        let sections = [FactSheet(facts).text] + report.ours.map { Self.text($0) }
        return (isOurs ? sections + [plan.text(now: now)] : sections).joined(separator: "\n")
    }

    private static func text(_ leak: OurLeak) -> String {
        let subject = leak.identity.map { "the identity of \($0)" }
        let entry = leak.path ?? "an entry in \(leak.space ?? "the vault") that is gone"
        var facts: [(String, String?)] = [
            ("ours", subject ?? "the \(leak.field ?? "secret") of \(entry)"), ("state", leak.state),
        ]
        facts += leak.places.prefix(shownPlaces).map { ("found", $0.text) }
        if leak.places.count > shownPlaces { facts.append(("", "and elsewhere, in \(leak.findings) findings")) }
        return FactSheet(facts).text
    }

    // MARK: - For programs

    private enum CodingKeys: String, CodingKey { case signature }

    func encode(to encoder: any Encoder) throws {
        try report.encode(to: encoder)
        var container = encoder.container(keyedBy: CodingKeys.self)
        try container.encode(isSigned ? "valid" : "absent", forKey: .signature)
    }
}

extension FoundPlace {
    /// The place on one line.
    fileprivate var text: String {
        let parts = [
            file.map { "\($0)\(line.map { ":\($0)" } ?? "")" }, commit.map { "commit \($0)" }, url,
            rule.map { "(\($0))" },
        ].compactMap(\.self)
        return parts.isEmpty ? "the report does not say where" : parts.joined(separator: " ")
    }
}
