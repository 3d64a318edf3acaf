// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

import CofferCredentials
import CofferRotation
import Foundation
import Testing

@Suite struct `A rotation's report` {
    typealias Runner = `A rotation's runner`

    /// A rotation with something of everything, at one event a second.
    static func eventful() async throws -> RotationReport {
        let plan = try RotationPlan.of(4)
        let world = try await Runner.world(4) { script in
            script.results[plan.connections[1]] = [
                .needsPerson(reason: "the grant is gone\u{1B}[31m: thief came first?")
            ]
            script.results[plan.connections[2]] = [.failed(reason: "503", retryable: true)]
            script.tokenVerdict = .unproven
            script.oldVerdicts = [.refuted]
        }
        _ = try await world.runner(parallelism: 1).run(plan.id)
        return try await world.runner(name: "grace", parallelism: 1).run(plan.id)
    }

    /// A bundle that holds tokens of all its connections.
    static let lent = ReportedBundle(
        id: "b-made-up", identity: "ci", madeAt: Date(timeIntervalSince1970: 1_795_228_200),
        expiresAt: Date(timeIntervalSince1970: 1_795_231_800), paths: (0..<4).reversed().map { "main/app/c\($0)" })

    @Test func `knows since when what it replaces is new`() async throws {
        let report = try await Self.eventful()
        let renewals = report.renewals
        #expect(renewals.count == 4)
        for connection in report.connections {
            let expected = connection.outcome == .reissued ? connection.handledAt : .distantFuture
            #expect(renewals[connection.path.description] == expected, "\(connection.path)")
        }
        #expect(renewals.values.filter { $0 == .distantFuture }.count == 1)
    }

    @Test func `has the times of the containment`() async throws {
        let report = try await Self.eventful()
        let times = [report.openedAt, report.taintedAt, report.oldSecretDeadAt, report.reissuedAt, report.closedAt]
        let known = times.compactMap(\.self)
        #expect(known.count == 5)
        #expect(known == known.sorted())
    }

    @Test func `keeps the last answer to each question and the history in the steps`() async throws {
        let report = try await Self.eventful()
        let old = report.proofs.filter { $0.proof.subject == "old client_secret" }
        #expect(old.map(\.proof.result) == [.proven])
        let asked = report.steps.filter { $0.step == "old_secret_probed" }
        #expect(asked.count == 2)
        #expect(asked.first?.detail?.contains("is not refused") == true)
    }

    @Test func `sums the connections up in one step`() async throws {
        let report = try await Self.eventful()
        #expect(report.steps.filter { $0.step == "reissued" }.map(\.detail) == ["3 of 4 connections"])
        #expect(report.steps.filter { $0.step == "tokens_probed" }.map(\.detail) == ["3 connections asked about"])
        #expect(report.steps.filter { $0.step == "left_tokens_probed" }.map(\.detail) == ["1 connection asked about"])
    }

    @Test func `tells proofs of different connections apart`() async throws {
        let report = try await Self.eventful()
        #expect(report.proofs.filter { $0.proof.subject == "old access token" }.count == 4)
    }

    @Test func `is fully proven when everything was`() async throws {
        let world = try await Runner.world(2)
        let report = try await world.runner().run(world.plan.id)
        #expect(!report.closedUnproven)
        #expect(report.text.contains("CLOSED, everything proven"))
    }

    @Test func `is unproven when a token or a connection is`() async throws {
        let unproven = try await Runner.world(1) { $0.tokenVerdict = .unproven }
        #expect(try await unproven.runner().run(unproven.plan.id).closedUnproven)
        let alive = try await Runner.world(1) { $0.tokenVerdict = .refuted }
        let report = try await alive.runner().run(alive.plan.id)
        #expect(report.closedUnproven)
        #expect(
            report.openItems == ["main/app/c0: old access token is not refused: the provider answered refuted"])
    }

    @Test func `of ten thousand connections takes no time to speak of`() async throws {
        let plan = try RotationPlan.of(10_000)
        let proof = Proof(
            subject: "old access token", claim: "refused", result: .proven, at: Date(timeIntervalSince1970: 0),
            evidence: "401")
        let facts: [JournalEvent.Fact] =
            [.opened(plan)] + RotationMachineSuite.toSwitched + [RotationMachineSuite.old(.proven)]
            + plan.connections.map { .reissued($0, .reissued) }
            + plan.connections.map { .tokensProbed($0, [proof]) } + [.closed(openItems: [])]
        let report = try RotationReport(events: facts.map(RotationMachineSuite.event))
        #expect(report.proofs.count == 10_002)
        #expect(report.steps.count == 11)
    }

    @Test func `of a journal out of order is refused`() throws {
        let events = try [JournalEvent.Fact.opened(.of(1)), .frozen].map(RotationMachineSuite.event)
        #expect(throws: RotationError(.damaged, "")) { try RotationReport(events: events) }
        #expect(throws: RotationError(.notFound, "")) { try RotationReport(events: []) }
    }
}
