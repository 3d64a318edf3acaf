// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

import CofferCredentials
import CofferRotation
import Foundation
import Testing

@Suite struct `The order of a journal` {
    /// One of each fact, of a rotation with one connection.
    static func facts() throws -> [JournalEvent.Fact] {
        let plan = try RotationPlan.of(1)
        let path = plan.connections[0]
        return [
            .opened(plan), .resumed, .listed([path]), .tainted, .awaitingOperator(RotationMachineSuite.request),
            .frozen,
            .secretRequested(attempt: 1, mayHaveBeenSent: false), RotationMachineSuite.sealed,
            RotationMachineSuite.new(.proven), .switched, RotationMachineSuite.old(.proven), .reissued(path, .reissued),
            .tokensProbed(path, []), .leftTokensProbed(path, []), .oldSecretRemoved(evidence: "listed no more"),
            .awaitingRemoval(RotationMachineSuite.request), .unplannedListed([path]), .closed(openItems: []),
            .abandoned(reason: "for another"),
        ]
    }

    /// A whole rotation by the API driver.
    static func whole() throws -> [JournalEvent] {
        let path = try RotationPlan.of(1).connections[0]
        let facts: [JournalEvent.Fact] =
            [.opened(try RotationPlan.of(1))] + RotationMachineSuite.toSwitched
            + [
                RotationMachineSuite.old(.proven), .reissued(path, .reissued), .tokensProbed(path, []),
                .closed(openItems: []),
            ]
        return facts.map(RotationMachineSuite.event)
    }

    @Test func `of a whole rotation is accepted`() throws {
        #expect(try RotationMachine(folding: Self.whole()).isClosed)
    }

    @Test(arguments: try whole().indices)
    func `with one event missing is damaged`(index: Int) throws {
        var events = try Self.whole()
        events.remove(at: index)
        // Without its last event a journal is a rotation on its way.
        guard index < events.count else { return }
        #expect(throws: RotationError(.damaged, "")) { try RotationMachine(folding: events) }
    }

    @Test(arguments: try whole().indices.dropLast())
    func `with two neighbours swapped is damaged`(index: Int) throws {
        var events = try Self.whole()
        events.swapAt(index, index + 1)
        #expect(throws: RotationError(.damaged, "")) { try RotationMachine(folding: events) }
    }

    @Test(arguments: try whole().indices)
    func `with one event twice is damaged`(index: Int) throws {
        var events = try Self.whole()
        events.insert(events[index], at: index)
        #expect(throws: RotationError(.damaged, "")) { try RotationMachine(folding: events) }
    }

    @Test func `has nothing after the close`() throws {
        for fact in try Self.facts() {
            var machine = try RotationMachine(folding: Self.whole())
            #expect(throws: RotationError(.damaged, ""), "\(fact.name)") {
                try machine.apply(RotationMachineSuite.event(fact))
            }
        }
    }

    @Test func `of nothing is not found`() {
        #expect(throws: RotationError(.notFound, "")) { try RotationMachine(folding: []) }
    }

    @Test func `has no connection that was not planned`() throws {
        let stranger = try CredentialPath("main/other/c0")
        let facts =
            RotationMachineSuite.toSwitched + [RotationMachineSuite.old(.proven), .reissued(stranger, .reissued)]
        #expect(throws: RotationError(.damaged, "")) {
            try RotationMachineSuite.machine(RotationPlan.of(1), facts)
        }
    }

    @Test func `lists its connections once, and before anything else, where the plan names none`() throws {
        let path = try RotationPlan.of(1).connections[0]
        let later = try RotationPlan.of(1).unlisted
        let machine = try RotationMachineSuite.machine(later, [.listed([path, path])])
        #expect(machine.plan.connections == [path] && machine.plan.isListed)
        let wrong: [(RotationPlan, [JournalEvent.Fact])] = [
            (later, [.tainted]), (later, [.listed([path]), .listed([path])]),
            (later, [.listed([]), .tainted, .listed([path])]),
            (try RotationPlan.of(1), [.listed([path])]),
        ]
        for (plan, facts) in wrong {
            #expect(throws: RotationError(.damaged, ""), "\(facts)") { try RotationMachineSuite.machine(plan, facts) }
        }
    }

    @Test func `has no token proof before the reissue`() throws {
        let plan = try RotationPlan.of(1)
        let facts = RotationMachineSuite.toSwitched + [RotationMachineSuite.old(.proven)]
        #expect(throws: RotationError(.damaged, "")) {
            try RotationMachineSuite.machine(plan, facts + [.tokensProbed(plan.connections[0], [])])
        }
        #expect(throws: RotationError(.damaged, "")) {
            try RotationMachineSuite.machine(plan, facts + [.closed(openItems: [])])
        }
    }

    @Test func `finds what is in no plan at the end, each once, and is not closed before that was tried`() throws {
        let plan = try RotationPlan.of(1)
        let (first, late) = (plan.connections[0], try CredentialPath("main/app/late"))
        let reissued =
            RotationMachineSuite.toSwitched + [RotationMachineSuite.old(.proven), .reissued(first, .reissued)]
        let facts = reissued + [.tokensProbed(first, []), .unplannedListed([late])]
        let machine = try RotationMachineSuite.machine(plan, facts)
        #expect(machine.next() == .reissue([late], isRetry: false) && machine.unplanned == [late])
        let trouble = JournalEvent.Fact.reissued(late, .failed(reason: "503", retryable: true))
        let tried = try RotationMachineSuite.machine(plan, facts + [trouble])
        #expect(tried.stopReason == nil && tried.next() == .proveLeft([late]))
        let asked = try RotationMachineSuite.machine(plan, facts + [trouble, .leftTokensProbed(late, [])])
        #expect(asked.next() == .close(openItems: asked.openItems))
        #expect(try RotationMachineSuite.machine(plan, facts + [trouble, .closed(openItems: [])]).isClosed)
        let wrong: [[JournalEvent.Fact]] = [
            reissued + [.unplannedListed([late])], reissued + [.tokensProbed(first, []), .reissued(late, .reissued)],
            facts + [.unplannedListed([late])], facts + [.unplannedListed([first])], facts + [.unplannedListed([])],
            facts + [.closed(openItems: [])], facts + [trouble, trouble],
            facts + [.reissued(late, .reissued), .closed(openItems: [])],
        ]
        for journal in wrong {
            #expect(throws: RotationError(.damaged, ""), "\(journal.map(\.name))") {
                try RotationMachineSuite.machine(plan, journal)
            }
        }
    }

    @Test func `has one proof of the old token of what is left as it is, and none of anything else`() throws {
        let plan = try RotationPlan.of(2)
        let (first, second) = (plan.connections[0], plan.connections[1])
        let facts =
            RotationMachineSuite.toSwitched + [
                RotationMachineSuite.old(.proven), .reissued(first, .needsPerson(reason: "gone")),
            ]
        let asked = JournalEvent.Fact.leftTokensProbed(first, [])
        let other = JournalEvent.Fact.leftTokensProbed(second, [])
        let failed = JournalEvent.Fact.reissued(second, .failed(reason: "nonsense", retryable: false))
        _ = try RotationMachineSuite.machine(plan, facts + [asked, failed, other])
        let wrong: [[JournalEvent.Fact]] = [
            [asked, asked], [.tokensProbed(first, [])], [other], [.reissued(second, .reissued), other],
            [failed, other, other], [.reissued(second, .failed(reason: "503", retryable: true)), other],
        ]
        for more in wrong {
            #expect(throws: RotationError(.damaged, ""), "\(more)") {
                try RotationMachineSuite.machine(plan, facts + more)
            }
        }
        let planned = try RotationPlan.of(1, driver: "api", mode: .planned, overlaps: true)
        let beside: [JournalEvent.Fact] = [
            .secretRequested(attempt: 1, mayHaveBeenSent: false), RotationMachineSuite.sealed,
            RotationMachineSuite.new(.proven), .switched, .reissued(first, .needsPerson(reason: "gone")),
        ]
        #expect(throws: RotationError(.damaged, "")) { try RotationMachineSuite.machine(planned, beside + [asked]) }
    }
}

typealias RotationMachineSuite = `The machine of a rotation`
