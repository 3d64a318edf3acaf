// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

import CofferRotation
import Foundation
import Testing

@Suite struct `How far a leak is contained` {
    typealias Runner = `A rotation's runner`

    private static func report(
        _ count: Int, _ adjust: (inout RotationWorld.Script, RotationPlan) -> Void = { _, _ in }
    ) async throws -> RotationReport {
        let plan = try RotationPlan.of(count)
        let world = try await Runner.world(count) { adjust(&$0, plan) }
        return try await world.runner(parallelism: 1).run(plan.id)
    }

    private static func words(_ report: RotationReport) throws -> String {
        ReportWords.containment(try #require(report.containment), of: report)
    }

    @Test func `is the later of the old secret's end and the last reissue`() async throws {
        let report = try await Self.report(2)
        let containment = try #require(report.containment)
        #expect(containment.at == report.reissuedAt)
        #expect(containment.doubts == [])
        #expect(report.text.contains("\ncontained after 11s\n"))
        let bare = try await Self.report(0)
        #expect(bare.containment?.at == bare.oldSecretDeadAt)
        #expect(bare.containment?.at != nil)
    }

    @Test func `is not at all while a connection has its old tokens`() async throws {
        let report = try await Self.report(3) { script, plan in
            script.results[plan.connections[1]] = [.needsPerson(reason: "the grant is gone")]
            script.results[plan.connections[2]] = [.failed(reason: "a certificate", retryable: false)]
        }
        #expect(report.containment?.at == nil)
        #expect(try Self.words(report) == "not contained: 2 of 3 connections have no new tokens")
    }

    @Test func `is not at all while something old is still accepted`() async throws {
        let secret = try await Self.report(1) { script, _ in script.oldVerdicts = [.refuted] }
        #expect(
            try Self.words(secret)
                == "not contained: the old secret is still accepted; 1 of 1 connection has no new tokens")
        let token = try await Self.report(1) { script, _ in script.tokenVerdict = .refuted }
        #expect(try Self.words(token) == "not contained: 1 old token is still accepted")
    }

    @Test(arguments: [("old access token", "dead"), ("old refresh token", "spent")])
    func `is not at all while any end is found not to be one`(subject: String, claim: String) throws {
        let plan = try RotationPlan.of(1)
        let alive = Proof(
            subject: subject, claim: claim, result: .refuted, at: Date(timeIntervalSince1970: 0), evidence: "200")
        let facts: [JournalEvent.Fact] =
            [.opened(plan)] + RotationMachineSuite.toSwitched + [RotationMachineSuite.old(.proven)]
            + [.reissued(plan.connections[0], .reissued), .tokensProbed(plan.connections[0], [alive])]
        let report = try RotationReport(events: facts.map(RotationMachineSuite.event))
        #expect(try Self.words(report) == "not contained: 1 old token is still accepted")
    }

    @Test func `says what nobody could prove`() async throws {
        let report = try await Self.report(2) { script, _ in
            script.oldVerdicts = [.unproven]
            script.tokenVerdict = .unproven
        }
        #expect(report.oldSecretDeadAt == nil)
        #expect(report.containment?.at != nil)
        #expect(
            try Self.words(report).hasSuffix(
                "as far as is known: the end of the old secret is not proven; the tokens of 2 connections are not proven"
            ))
    }

    @Test func `begins with nothing done`() async throws {
        let world = try await Runner.world(1)
        let report = try RotationReport(events: world.events)
        #expect(
            try Self.words(report)
                == "not contained: the old secret has not been replaced; 1 of 1 connection has no new tokens")
    }

    @Test func `tells a secret that was replaced from one that is gone`() throws {
        let plan = try RotationPlan.of(1)
        let facts: [JournalEvent.Fact] = [.opened(plan)] + RotationMachineSuite.toSwitched
        let report = try RotationReport(events: facts.map(RotationMachineSuite.event))
        let words = try Self.words(report)
        #expect(words.hasPrefix("not contained: the end of the old secret has not been proven yet; 1 of 1 connection"))
    }

    @Test func `is told before the tokens have been asked about`() throws {
        let plan = try RotationPlan.of(1)
        let facts: [JournalEvent.Fact] =
            [.opened(plan)] + RotationMachineSuite.toSwitched + [RotationMachineSuite.old(.proven)]
            + [.reissued(plan.connections[0], .reissued)]
        let report = try RotationReport(events: facts.map(RotationMachineSuite.event))
        #expect(
            try Self.words(report)
                == "contained after 0s, as far as is known: the tokens of 1 connection have not been asked about")
    }
}
