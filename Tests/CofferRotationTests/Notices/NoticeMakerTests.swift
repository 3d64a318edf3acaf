// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

import CofferCredentials
import CofferRotation
import Foundation
import Testing

@Suite struct `The notices of a rotation` {
    private typealias Suite = RotationMachineSuite

    private static func notices(_ plan: RotationPlan, _ facts: [JournalEvent.Fact]) throws -> [RotationNotice] {
        var maker = NoticeMaker()
        return try ([.opened(plan)] + facts).compactMap { try maker.take(Suite.event($0)) }
    }

    private static let proof = Proof(
        subject: "old access token", claim: "dead", result: .proven, at: Date(timeIntervalSince1970: 0),
        evidence: "401")

    private static func closing(_ plan: RotationPlan, _ result: ReissueResult = .reissued) -> [JournalEvent.Fact] {
        [.switched, Suite.old(.proven)]
            + plan.connections.flatMap { connection -> [JournalEvent.Fact] in
                [.reissued(connection, result)] + (result == .reissued ? [.tokensProbed(connection, [proof])] : [])
            } + [.closed(openItems: [])]
    }

    @Test func `are the taint, the need of a person and the end, with ids of the journal's places`() throws {
        let plan = try RotationPlan.of(2, driver: "operator")
        let facts: [JournalEvent.Fact] =
            [.tainted, .awaitingOperator(Suite.request), .frozen, Suite.sealed, Suite.new(.proven)]
            + Self.closing(plan)
        let notices = try Self.notices(plan, facts)
        #expect(notices.map(\.kind) == [.tainted, .needsPerson, .closed])
        #expect(
            notices.map(\.id) == ["\(plan.id)-tainted-1", "\(plan.id)-needs_person-2", "\(plan.id)-closed-12"])
        #expect(notices.map(\.state) == [.running, .awaitingOperator, .closed])
        #expect(notices[1].toDo == ["regenerate", "click", "then: coffer rotate resume \(plan.id)"])
        #expect(notices[1].link == "https://example.com")
        #expect(notices[2].leftCount == 0 && notices[2].isUnproven == false && notices[2].toDo == [])
        #expect(try Self.notices(plan, facts) == notices, "the same journal, the same notices")
        // As a program wrote it that had nobody to ask about: nothing is proven then.
        let unasked = facts.map { fact -> JournalEvent.Fact in
            guard case .tokensProbed(let connection, _) = fact else { return fact }
            return .tokensProbed(connection, [])
        }
        #expect(try Self.notices(plan, unasked).last?.isUnproven == true)
    }

    @Test func `tell of one need once, however often it is resumed, and of the next one`() throws {
        let plan = try RotationPlan.of(1, driver: "operator")
        let asked: [JournalEvent.Fact] = [.tainted, .awaitingOperator(Suite.request), .resumed, .frozen, .resumed]
        #expect(try Self.notices(plan, asked).map(\.kind) == [.tainted, .needsPerson])
        let refused = try Self.notices(plan, asked + [Suite.sealed, Suite.new(.refuted)])
        #expect(refused.map(\.kind) == [.tainted, .needsPerson, .needsPerson])
        #expect(refused.last?.toDo.first == "the value that was given was refused by the provider")
        let stopped: [JournalEvent.Fact] = Suite.toSwitched + [Suite.old(.refuted), .resumed, Suite.old(.refuted)]
        let notices = try Self.notices(try .of(1), stopped)
        #expect(notices.map(\.kind) == [.tainted, .needsPerson])
        #expect(
            notices.last?.state == .stopped
                && notices.last?.toDo == [StopReason.oldSecretAccepted.advice(of: .clientSecret)])
    }

    @Test func `tell once that connections are left for a reason that may pass`() throws {
        let plan = try RotationPlan.of(1)
        let trouble = JournalEvent.Fact.reissued(plan.connections[0], .failed(reason: "503", retryable: true))
        let facts = Suite.toSwitched + [Suite.old(.proven), trouble, trouble, .resumed, trouble, trouble]
        let notices = try Self.notices(plan, facts)
        #expect(notices.map(\.kind) == [.tainted, .needsPerson])
        #expect(
            notices.last?.state == .stopped
                && notices.last?.toDo == [StopReason.connectionsLeft.advice(of: .clientSecret)])
    }

    @Test func `know whether a person is still needed`() throws {
        let plan = try RotationPlan.of(1, driver: "operator")
        var maker = NoticeMaker()
        for fact in [.opened(plan), .tainted, .awaitingOperator(Suite.request), .frozen] as [JournalEvent.Fact] {
            _ = try maker.take(Suite.event(fact))
        }
        #expect(maker.isPersonNeeded)
        _ = try maker.take(Suite.event(Suite.sealed))
        #expect(!maker.isPersonNeeded)
    }

    @Test func `name at the end what has no new tokens, not all of many, and nothing that a provider said`() throws {
        let plan = try RotationPlan.of(25)
        let facts = Suite.toPending + [Suite.new(.proven)] + Self.closing(plan, .needsPerson(reason: "made-up-words"))
        let end = try #require(try Self.notices(plan, facts).last)
        #expect(end.kind == .closed && end.leftCount == 25)
        #expect(end.left == Array(plan.connections.prefix(RotationNotice.mostNamed)))
        #expect(end.isUnproven == true)
        #expect(end.toDo == ["see what is left: coffer rotate report \(plan.id)"])
        #expect(!String(decoding: end.document, as: UTF8.self).contains("made-up-words"))
    }

    @Test func `tell of a rotation that was given up that it is over`() throws {
        let plan = try RotationPlan.of(1)
        let notices = try Self.notices(plan, [.tainted, .abandoned(reason: "made-up-reason")])
        #expect(notices.map(\.state) == [.running, .abandoned])
        #expect(notices.last?.isUnproven == nil)
    }

    @Test func `of a planned rotation begin with the need of a person or the end`() throws {
        let plan = try RotationPlan.of(0, driver: "api", mode: .planned, overlaps: true)
        let facts: [JournalEvent.Fact] = [
            .secretRequested(attempt: 1, mayHaveBeenSent: false), Suite.sealed, Suite.new(.proven), .switched,
            .awaitingRemoval(Suite.request), .oldSecretRemoved(evidence: "said so"), Suite.old(.proven),
            .closed(openItems: []),
        ]
        let notices = try Self.notices(plan, facts)
        #expect(notices.map(\.kind) == [.needsPerson, .closed])
        #expect(notices.first?.toDo.last == "then: coffer rotate resume \(plan.id) --removed")
        #expect(notices.first?.taint == nil)
    }

    @Test func `are written as the page on hooks shows them`() throws {
        let plan = try RotationPlan.of(1, driver: "operator")
        let notices = try Self.notices(plan, [.tainted, .awaitingOperator(Suite.request)])
        let text = try #require(notices.last.map { String(decoding: $0.document, as: UTF8.self) })
        let app = plan.app.description
        #expect(
            text == """
                {"data":{"app":"\(app)","connections":1,"link":"https://example.com","mode":"leak",\
                "rotation":"\(plan.id)","state":"awaiting_operator","taint":"hold",\
                "to_do":["regenerate","click","then: coffer rotate resume \(plan.id)"]},\
                "id":"\(plan.id)-needs_person-2","timestamp":"1970-01-01T00:00:00Z",\
                "type":"rotation.needs_person","version":1}
                """)
    }
}
