// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

import CofferCredentials
import CofferRotation
import Foundation
import Testing

@Suite struct `The machine of a rotation where two secrets stand side by side, or nothing leaked` {
    private static let removed = JournalEvent.Fact.oldSecretRemoved(evidence: "the provider lists it no more")
    private static let asked = JournalEvent.Fact.secretRequested(attempt: 1, mayHaveBeenSent: false)

    /// A planned rotation with a second secret, up to the switch.
    private static func beside(_ new: ProofResult = .proven) -> [JournalEvent.Fact] {
        [asked, RotationMachineSuite.sealed, RotationMachineSuite.new(new), .switched]
    }

    private static func planned(_ count: Int, driver: String = "api", overlaps: Bool = true) throws -> RotationPlan {
        try .of(count, driver: driver, mode: .planned, overlaps: overlaps)
    }

    private static func next(_ plan: RotationPlan, _ facts: [JournalEvent.Fact]) throws -> RotationAction {
        try RotationMachineSuite.machine(plan, facts).next()
    }

    @Test func `taints nothing, and freezes only where the new secret takes the old one's place`() throws {
        #expect(try Self.next(Self.planned(1), []) == .requestSecret(attempt: 1, mayHaveBeenSent: false))
        #expect(try Self.next(Self.planned(1, overlaps: false), []) == .freeze(nil))
        #expect(try Self.next(Self.planned(1, driver: "operator"), []) == .describeReplacement)
        let request = RotationMachineSuite.request
        #expect(
            try Self.next(Self.planned(1, driver: "operator"), [.awaitingOperator(request)])
                == .askOperator(request, problem: nil))
        for fact in [JournalEvent.Fact.tainted, .frozen] {
            #expect(throws: RotationError(.damaged, ""), "\(fact.name)") {
                try RotationMachineSuite.machine(Self.planned(1), [fact])
            }
        }
        #expect(try Self.planned(1).taint == nil)
    }

    @Test func `reissues first, has the old secret removed, sees it dead, and closes`() throws {
        let plan = try Self.planned(2)
        var facts = Self.beside()
        #expect(try Self.next(plan, facts) == .reissue(plan.connections, isRetry: false))
        facts += plan.connections.map { .reissued($0, .reissued) }
        #expect(try Self.next(plan, facts) == .removeOldSecret(byPerson: false))
        facts += [Self.removed]
        #expect(try Self.next(plan, facts) == .proveOldSecretDead)
        #expect(
            try Self.next(plan, facts + [RotationMachineSuite.old(.refuted)]) == .stop(.oldSecretAccepted))
        #expect(
            try Self.next(plan, facts + [RotationMachineSuite.old(.refuted), .resumed]) == .proveOldSecretDead)
        facts += [RotationMachineSuite.old(.proven)]
        #expect(try Self.next(plan, facts) == .close(openItems: []))
        #expect(try RotationMachineSuite.machine(plan, facts + [.closed(openItems: [])]).isClosed)
    }

    @Test func `removes nothing before every connection was tried`() throws {
        let plan = try Self.planned(2)
        let facts = Self.beside() + [.reissued(plan.connections[0], .reissued)]
        for fact in [Self.removed, .awaitingRemoval(RotationMachineSuite.request), RotationMachineSuite.old(.proven)] {
            #expect(throws: RotationError(.damaged, ""), "\(fact.name)") {
                try RotationMachineSuite.machine(plan, facts + [fact])
            }
        }
    }

    @Test(arguments: [true, false])
    func `neither removes nor asks while a connection may get its tokens later`(overlaps: Bool) throws {
        let plan = try Self.planned(2, overlaps: overlaps)
        let trouble = ReissueResult.failed(reason: "503", retryable: true)
        let (first, second) = (plan.connections[0], plan.connections[1])
        let after: RotationAction = overlaps ? .removeOldSecret(byPerson: false) : .proveOldSecretDead
        var facts: [JournalEvent.Fact] = overlaps ? [] : [.frozen]
        facts += Self.beside()
        facts += [.reissued(first, .reissued), .reissued(second, trouble), .reissued(second, trouble)]
        #expect(try Self.next(plan, facts) == .stop(.connectionsLeft))
        facts += [.resumed]
        #expect(try Self.next(plan, facts) == .reissue([second], isRetry: false))
        facts += [.reissued(second, .reissued)]
        #expect(try Self.next(plan, facts) == after)
    }

    @Test func `sends one connection ahead while nothing has shown that the new secret works`() throws {
        let plan = try Self.planned(3)
        let (first, second, third) = (plan.connections[0], plan.connections[1], plan.connections[2])
        var facts = Self.beside(.unproven)
        #expect(try Self.next(plan, facts) == .reissue([first], isRetry: false))
        facts += [.reissued(first, .needsPerson(reason: "the grant is gone"))]
        #expect(try Self.next(plan, facts) == .reissue([second], isRetry: false))
        facts += [.reissued(second, .reissued)]
        #expect(try Self.next(plan, facts) == .reissue([third], isRetry: false))
        facts += [.reissued(third, .reissued)]
        #expect(try Self.next(plan, facts) == .removeOldSecret(byPerson: false))
    }

    @Test func `leaves the old secret to a person where nothing has shown that the new one works`() throws {
        let plan = try Self.planned(1)
        let gone = JournalEvent.Fact.reissued(plan.connections[0], .needsPerson(reason: "the grant is gone"))
        var facts = Self.beside(.unproven) + [gone]
        #expect(try Self.next(plan, facts) == .removeOldSecret(byPerson: true))
        #expect(throws: RotationError(.damaged, "")) { try RotationMachineSuite.machine(plan, facts + [Self.removed]) }
        let request = RotationMachineSuite.request
        facts += [.awaitingRemoval(request)]
        #expect(try Self.next(plan, facts) == .askRemoved(request))
        #expect(try RotationMachineSuite.machine(plan, facts).awaits == request)
        #expect(try Self.next(plan, facts + [Self.removed]) == .proveOldSecretDead)
        // Whoever resumes may have made a connection work meanwhile.
        facts += [.resumed]
        #expect(try Self.next(plan, facts) == .proveOldSecretDead)
        facts += [RotationMachineSuite.old(.refuted)]
        #expect(try Self.next(plan, facts) == .reissue(plan.connections, isRetry: false))
        #expect(
            try Self.next(plan, facts + [.reissued(plan.connections[0], .reissued)])
                == .removeOldSecret(byPerson: false))
    }

    @Test func `asks the provider before it asks again for the removal`() throws {
        let plan = try Self.planned(0)
        let waiting = Self.beside() + [.awaitingRemoval(RotationMachineSuite.request), .resumed]
        #expect(try Self.next(plan, waiting) == .proveOldSecretDead)
        #expect(try Self.next(plan, waiting + [RotationMachineSuite.old(.proven)]) == .close(openItems: []))
        for result in [ProofResult.refuted, .unproven] {
            #expect(
                try Self.next(plan, waiting + [RotationMachineSuite.old(result)])
                    == .removeOldSecret(byPerson: false))
        }
    }

    @Test func `tries what has no new tokens again whenever the removal is waited for`() throws {
        let plan = try Self.planned(2)
        let facts =
            Self.beside() + [
                .reissued(plan.connections[0], .reissued),
                .reissued(plan.connections[1], .needsPerson(reason: "the grant is gone")),
                .awaitingRemoval(RotationMachineSuite.request), .resumed, RotationMachineSuite.old(.refuted),
            ]
        #expect(try Self.next(plan, facts) == .reissue([plan.connections[1]], isRetry: false))
    }

    @Test func `after a leak removes the old secret at once, and reissues when it is dead`() throws {
        let plan = try RotationPlan.of(1, driver: "api", overlaps: true)
        #expect(try Self.next(plan, [.tainted]) == .freeze(nil))
        #expect(try Self.next(plan, RotationMachineSuite.toSwitched) == .removeOldSecret(byPerson: false))
        #expect(throws: RotationError(.damaged, "")) {
            try RotationMachineSuite.machine(
                plan, RotationMachineSuite.toSwitched + [RotationMachineSuite.old(.proven)])
        }
        let removed = RotationMachineSuite.toSwitched + [Self.removed]
        #expect(try Self.next(plan, removed) == .proveOldSecretDead)
        #expect(
            try Self.next(plan, removed + [RotationMachineSuite.old(.proven)])
                == .reissue(plan.connections, isRetry: false))
    }

    @Test func `can be given up at any moment before its end, and not after it`() throws {
        let plan = try Self.planned(1)
        let facts =
            Self.beside() + [
                .reissued(plan.connections[0], .reissued), Self.removed, RotationMachineSuite.old(.proven),
            ]
        for count in 0...facts.count {
            let machine = try RotationMachineSuite.machine(plan, facts.prefix(count) + [.abandoned(reason: "a leak")])
            #expect(machine.next() == .finish)
            #expect(machine.isAbandoned && machine.isOver && !machine.isClosed && !machine.isFrozen)
            #expect(throws: RotationError(.damaged, "")) {
                var late = machine
                try late.apply(RotationMachineSuite.event(.resumed))
            }
        }
        let closed = facts + [.closed(openItems: [])]
        #expect(throws: RotationError(.damaged, "")) {
            try RotationMachineSuite.machine(plan, closed + [.abandoned(reason: "too late")])
        }
    }
}
