// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

import CofferCredentials
import CofferRotation
import Foundation

/// Rotations that were made up to be looked at: what a page must bear.
enum ReportSample: String, CaseIterable, Sendable {
    /// Everything went well, by a person's hand, and is proven.
    case proven
    /// By a program, in less than a second.
    case quick
    /// Two operators, a night between them; some connections need a person, and not everything is proven.
    case unproven
    /// A person is awaited.
    case waiting
    /// A person is awaited who removes the old secret.
    case removal
    /// The old secret is still accepted.
    case stopped
    /// Names and answers that would like to be more than text.
    case hostile
    /// Ten thousand connections.
    case many
    /// A drill, with the waits passed over.
    case drill

    /// What an attacker would like to see on the page.
    static let markup = "</style></title><script>alert(1)</script><img src=x onerror='alert(2)'>&\"'"

    /// When it was opened: 2026-11-21 03:00:00 UTC.
    static let start = Date(timeIntervalSince1970: 1_795_230_000)

    /// The report of it.
    var report: RotationReport {
        get throws {
            var report = try RotationReport(events: journal.events)
            if self == .drill {
                report.drill = DrillMark(
                    standIn: "amocrm", provider: "amoCRM", isVirtual: true, lasted: .seconds(12),
                    skipped: .seconds(251),
                    isByHand: false)
            }
            report.bundles = bundles
            return report
        }
    }

    private var bundles: BundleSurvey? {
        let lent = { (id: String, identity: String, count: Int) in
            ReportedBundle(
                id: id, identity: identity, madeAt: Self.start.addingTimeInterval(-1800),
                expiresAt: Self.start.addingTimeInterval(1800), paths: (0..<count).map { "main/app/c\($0)" })
        }
        return switch self {
        case .proven, .quick: .known([])
        case .unproven: .known([lent("9qfK3m1v2bXw", "ci", 2), lent("Zk81c0PtR7sa", "nightly@operations.example", 24)])
        case .waiting: .unreadable
        case .hostile: .known([lent(Self.markup, Self.markup, 1)])
        case .removal, .stopped, .many, .drill: nil
        }
    }

    private var journal: SampleJournal {
        get throws {
            switch self {
            case .proven, .drill: try Self.byHand(12, failing: [:], evidence: "401 from the API")
            case .quick: try Self.byProgram()
            case .unproven: try Self.overnight()
            case .waiting: try Self.waiting()
            case .removal: try Self.removal()
            case .stopped: try Self.stopped()
            case .hostile: try Self.hostile()
            case .many:
                try Self.byHand(
                    10_000,
                    failing: Dictionary(
                        uniqueKeysWithValues: (0..<40).map {
                            ($0 * 211, .needsPerson(reason: "the grant is gone; connect the account again"))
                        }), evidence: "401 from the API")
            }
        }
    }

    private static let request = OperatorRequest(
        title: "regenerate the secret key of the integration in amoCRM",
        steps: [
            "Log in to amoCRM as an administrator of the account that owns the integration.",
            "Open the integration's card, and there the tab with keys and access rights.",
            "Press the button beside the secret key, and confirm.",
        ], link: "https://www.amocrm.ru/amomarket?made-up=1")

    private static func byHand(
        _ count: Int, failing: [Int: ReissueResult], evidence: String
    ) throws -> SampleJournal {
        var journal = try SampleJournal(count, driver: "operator", taint: .serve)
        journal.add(.tainted, after: 0.8)
        journal.add(.awaitingOperator(request), after: 0.2)
        journal.add(.frozen, after: 94)
        journal.add(.pendingSealed(evidence: "entered by ada"), after: 71)
        journal.toSwitched(.proven)
        try journal.reissue(every: 0.143, failing: failing)
        try journal.prove(every: 0.05, .proven, evidence)
        journal.close()
        return journal
    }

    private static func byProgram() throws -> SampleJournal {
        var journal = try SampleJournal(2, driver: "rfc7592", taint: .hold)
        journal.add(.tainted, after: 0.05)
        journal.add(.frozen, after: 0.04)
        journal.add(.secretRequested(attempt: 1, mayHaveBeenSent: false), after: 0.05)
        journal.add(.pendingSealed(evidence: "the answer held a new secret"), after: 0.1)
        journal.toSwitched(.proven, pace: 0.05)
        try journal.reissue(every: 0.07)
        try journal.prove(every: 0.05, .proven, "401 from the API")
        journal.close(after: 0.03)
        return journal
    }

    private static func overnight() throws -> SampleJournal {
        var journal = try SampleJournal(24, driver: "operator", taint: .serve)
        journal.add(.tainted, after: 1)
        journal.add(.awaitingOperator(request), after: 1)
        journal.by = "grace@operations.example"
        journal.add(.resumed, after: 31_200)
        journal.add(.frozen, after: 180)
        journal.add(.pendingSealed(evidence: "entered by grace@operations.example"), after: 60)
        journal.toSwitched(.unproven)
        try journal.reissue(
            every: 41,
            failing: [
                3: .needsPerson(
                    reason: """
                        refused as already used. No request of ours explains this: whoever has the leaked secret may have \
                        used the refresh token first. Withdraw the grant at the provider, then connect the account again.
                        """),
                17: .failed(reason: "the certificate of the account's host has expired", retryable: false),
            ])
        try journal.prove(every: 2, .unproven, "the provider has no way to ask")
        journal.close()
        return journal
    }

    private static func waiting() throws -> SampleJournal {
        var journal = try SampleJournal(3, driver: "operator", taint: .serve)
        journal.add(.tainted, after: 1)
        journal.add(.awaitingOperator(request), after: 1)
        journal.add(.frozen, after: 0.5)
        return journal
    }

    private static func removal() throws -> SampleJournal {
        var journal = try SampleJournal(3, driver: "keycloak", taint: .hold, overlaps: true)
        journal.add(.tainted, after: 1)
        journal.add(.frozen, after: 1)
        journal.add(.secretRequested(attempt: 1, mayHaveBeenSent: false), after: 1)
        journal.add(.pendingSealed(evidence: "the answer held a new secret"), after: 2)
        journal.toSwitched()
        let request = OperatorRequest(
            title: "Remove the old client secret", steps: ["Remove the older of the two there."],
            link: "https://id.example/admin")
        journal.add(.awaitingRemoval(request), after: 1)
        return journal
    }

    private static func stopped() throws -> SampleJournal {
        var journal = try SampleJournal(3, driver: "rfc7592", taint: .hold)
        journal.add(.tainted, after: 1)
        journal.add(.frozen, after: 1)
        journal.add(.secretRequested(attempt: 1, mayHaveBeenSent: false), after: 1)
        journal.add(.pendingSealed(evidence: "the answer held a new secret"), after: 2)
        journal.toSwitched(.refuted)
        return journal
    }

    private static func hostile() throws -> SampleJournal {
        var journal = try SampleJournal(2, driver: "operator", taint: .serve, by: markup)
        journal.add(.tainted, after: 1)
        journal.add(
            .awaitingOperator(OperatorRequest(title: markup, steps: [markup], link: "javascript:alert(3)")), after: 1)
        journal.add(.frozen, after: 1)
        journal.add(.pendingSealed(evidence: markup), after: 1)
        journal.toSwitched(.proven, evidence: markup)
        try journal.reissue(every: 1, failing: [0: .needsPerson(reason: markup)])
        try journal.prove(every: 1, .unproven, markup)
        journal.close()
        return journal
    }
}
