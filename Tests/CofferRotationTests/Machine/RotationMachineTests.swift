// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

import CofferCredentials
import CofferRotation
import Foundation
import Testing

@Suite struct `The machine of a rotation` {
    static let request = OperatorRequest(title: "regenerate", steps: ["click"], link: "https://example.com")

    /// Folds facts after the opening of a plan.
    static func machine(_ plan: RotationPlan, _ facts: [JournalEvent.Fact]) throws -> RotationMachine {
        try RotationMachine(folding: ([.opened(plan)] + facts).map(event))
    }

    static func event(_ fact: JournalEvent.Fact) -> JournalEvent {
        JournalEvent(at: Date(timeIntervalSince1970: 0), by: "ada", fact)
    }

    static func new(_ result: ProofResult) -> JournalEvent.Fact {
        .pendingProbed(
            Proof(
                subject: "new client_secret", claim: "accepted", result: result,
                at: Date(timeIntervalSince1970: 0), evidence: "401"))
    }

    static func old(_ result: ProofResult) -> JournalEvent.Fact {
        .oldSecretProbed(
            Proof(
                subject: "old client_secret", claim: "refused", result: result,
                at: Date(timeIntervalSince1970: 0), evidence: "200"))
    }

    static let sealed = JournalEvent.Fact.pendingSealed(evidence: "answered")
    static let toPending: [JournalEvent.Fact] = [
        .tainted, .frozen, .secretRequested(attempt: 1, mayHaveBeenSent: false), sealed,
    ]
    static let toSwitched: [JournalEvent.Fact] = toPending + [new(.proven), .switched]

    @Test func `taints before anything else`() throws {
        for driver in ["rfc7592", "operator"] {
            #expect(try Self.machine(.of(1, driver: driver), []).next() == .taint)
        }
    }

    @Test func `freezes before it announces a request, and announces it before it asks`() throws {
        let plan = try RotationPlan.of(1)
        #expect(try Self.machine(plan, [.tainted]).next() == .freeze(nil))
        #expect(
            try Self.machine(plan, [.tainted, .frozen]).next() == .requestSecret(attempt: 1, mayHaveBeenSent: false))
        #expect(
            try Self.machine(plan, [.tainted, .frozen, .secretRequested(attempt: 1, mayHaveBeenSent: false)]).next()
                == .replaceSecret(attempt: 1, mayHaveBeenSent: false))
    }

    @Test func `gets a person's instructions before the freeze`() throws {
        let plan = try RotationPlan.of(1, driver: "operator")
        #expect(try Self.machine(plan, [.tainted]).next() == .describeReplacement)
        let asked: [JournalEvent.Fact] = [.tainted, .awaitingOperator(Self.request)]
        #expect(try Self.machine(plan, asked).next() == .freeze(Self.request))
        #expect(try Self.machine(plan, asked + [.frozen]).next() == .askOperator(Self.request, problem: nil))
        #expect(try Self.machine(plan, asked + [.frozen]).awaits == Self.request)
        #expect(try Self.machine(plan, asked + [.frozen, Self.sealed]).awaits == nil)
    }

    @Test func `asks a person where the provider gave no secret, under the same freeze`() throws {
        let facts: [JournalEvent.Fact] = [
            .tainted, .frozen, .secretRequested(attempt: 1, mayHaveBeenSent: false), .awaitingOperator(Self.request),
        ]
        let machine = try Self.machine(.of(1), facts)
        #expect(machine.next() == .askOperator(Self.request, problem: nil))
        #expect(machine.isFrozen)
    }

    @Test func `takes an unanswered request for lost once another run begins, and not before`() throws {
        let asked: [JournalEvent.Fact] = [.tainted, .frozen, .secretRequested(attempt: 1, mayHaveBeenSent: false)]
        let machine = try Self.machine(.of(1), asked + [.resumed])
        #expect(machine.next() == .requestSecret(attempt: 1, mayHaveBeenSent: true))
        #expect(throws: RotationError(.damaged, "")) {
            try Self.machine(.of(1), asked + [.resumed, .secretRequested(attempt: 1, mayHaveBeenSent: false)])
        }
    }

    @Test func `replaces a refused pending secret once, then stops until a person resumes`() throws {
        let plan = try RotationPlan.of(1)
        var facts = Self.toPending + [Self.new(.refuted)]
        #expect(try Self.machine(plan, facts).next() == .requestSecret(attempt: 2, mayHaveBeenSent: false))
        facts += [.resumed, .secretRequested(attempt: 2, mayHaveBeenSent: false), Self.sealed, Self.new(.refuted)]
        #expect(try Self.machine(plan, facts).next() == .stop(.newSecretRefused))
        facts += [.resumed]
        #expect(try Self.machine(plan, facts).next() == .provePendingSecret)
        #expect(
            try Self.machine(plan, facts + [Self.new(.refuted)]).next()
                == .requestSecret(attempt: 3, mayHaveBeenSent: false))
        #expect(try Self.machine(plan, facts + [Self.new(.proven)]).next() == .switchSecret)
    }

    @Test func `tells the person why the value is wanted again`() throws {
        let facts: [JournalEvent.Fact] = [
            .tainted, .awaitingOperator(Self.request), .frozen, Self.sealed, Self.new(.refuted),
        ]
        let machine = try Self.machine(.of(1, driver: "operator"), facts)
        #expect(machine.next() == .askOperator(Self.request, problem: "the provider refused that value: 401"))
    }

    @Test func `stops while the old secret is accepted and asks again when resumed`() throws {
        let plan = try RotationPlan.of(1)
        let stopped = Self.toSwitched + [Self.old(.refuted)]
        #expect(try Self.machine(plan, stopped).next() == .stop(.oldSecretAccepted))
        #expect(try Self.machine(plan, stopped + [.resumed]).next() == .proveOldSecretDead)
        #expect(
            try Self.machine(plan, stopped + [.resumed, Self.old(.proven)]).next()
                == .reissue(plan.connections, isRetry: false))
    }

    @Test func `goes on where nothing could be proven`() throws {
        let plan = try RotationPlan.of(1)
        #expect(try Self.machine(plan, Self.toPending + [Self.new(.unproven)]).next() == .switchSecret)
        #expect(
            try Self.machine(plan, Self.toSwitched + [Self.old(.unproven)]).next()
                == .reissue(plan.connections, isRetry: false))
    }

    @Test func `ends the freeze with the switch`() throws {
        #expect(try Self.machine(.of(1), Self.toPending).isFrozen)
        #expect(try !Self.machine(.of(1), Self.toSwitched).isFrozen)
    }

    @Test func `reissues what is left, then what may work a second time, then proves, then waits or closes`() throws {
        let plan = try RotationPlan.of(3)
        let (first, second, third) = (plan.connections[0], plan.connections[1], plan.connections[2])
        var facts = Self.toSwitched + [Self.old(.proven), .reissued(first, .reissued)]
        #expect(try Self.machine(plan, facts).next() == .reissue([second, third], isRetry: false))
        facts += [
            .reissued(third, .needsPerson(reason: "gone")), .reissued(second, .failed(reason: "503", retryable: true)),
        ]
        #expect(try Self.machine(plan, facts).next() == .reissue([second], isRetry: true))
        facts += [.reissued(second, .failed(reason: "503", retryable: true))]
        #expect(try Self.machine(plan, facts).next() == .proveTokens([first]))
        facts += [.tokensProbed(first, [])]
        #expect(try Self.machine(plan, facts).next() == .proveLeft([third]))
        facts += [.leftTokensProbed(third, [])]
        #expect(try Self.machine(plan, facts).next() == .stop(.connectionsLeft))
        #expect(try Self.machine(plan, facts).stopReason == .connectionsLeft)
        // What needs a person, or was refused for good, keeps nothing open.
        facts += [.resumed]
        #expect(try Self.machine(plan, facts).stopReason == nil)
        #expect(try Self.machine(plan, facts).next() == .reissue([second], isRetry: false))
        facts += [.reissued(second, .failed(reason: "503", retryable: true))]
        #expect(try Self.machine(plan, facts).next() == .reissue([second], isRetry: true))
        facts += [.reissued(second, .failed(reason: "nonsense", retryable: false))]
        #expect(try Self.machine(plan, facts).next() == .proveLeft([second]))
        #expect(try Self.machine(plan, facts).stopReason == nil)
        facts += [.leftTokensProbed(second, [])]
        let items = ["main/app/c1 was not reissued: nonsense", "main/app/c2 needs a person: gone"]
        #expect(try Self.machine(plan, facts).next() == .close(openItems: items))
        #expect(try Self.machine(plan, facts + [.closed(openItems: items)]).next() == .finish)
    }

    @Test(
        arguments: [
            (.needsPerson(reason: "gone"), "main/app/c0 needs a person: gone"),
            (.failed(reason: "gone", retryable: false), "main/app/c0 was not reissued: gone"),
        ] as [(ReissueResult, String)])
    func `reads journals from when nobody was asked about what is left as it is`(
        result: ReissueResult, item: String
    ) throws {
        let plan = try RotationPlan.of(1)
        let items = [item]
        let facts =
            Self.toSwitched + [
                Self.old(.proven), .reissued(plan.connections[0], result), .closed(openItems: items),
            ]
        #expect(try Self.machine(plan, facts).isClosed)
        let report = try RotationReport(events: ([.opened(plan)] + facts).map(Self.event))
        #expect(report.openItems == items && report.connections.map(\.tokens) == [nil])
    }

    @Test func `leaves an old token that lives to the person, too`() throws {
        let plan = try RotationPlan.of(1)
        let alive = Proof(
            subject: "old access token", claim: "dead", result: .refuted, at: Date(timeIntervalSince1970: 0),
            evidence: "200")
        let facts =
            Self.toSwitched + [
                Self.old(.proven), .reissued(plan.connections[0], .needsPerson(reason: "gone")),
                .leftTokensProbed(plan.connections[0], [alive]),
            ]
        let items = ["main/app/c0 needs a person: gone", "main/app/c0: old access token is not dead: 200"]
        #expect(try Self.machine(plan, facts).next() == .close(openItems: items))
    }

    @Test func `leaves an old token that lives of what failed, too`() throws {
        let plan = try RotationPlan.of(1)
        let alive = Proof(
            subject: "old access token", claim: "dead", result: .refuted, at: Date(timeIntervalSince1970: 0),
            evidence: "200")
        let facts =
            Self.toSwitched + [
                Self.old(.proven), .reissued(plan.connections[0], .failed(reason: "nonsense", retryable: false)),
                .leftTokensProbed(plan.connections[0], [alive]),
            ]
        let items = ["main/app/c0 was not reissued: nonsense", "main/app/c0: old access token is not dead: 200"]
        #expect(try Self.machine(plan, facts).next() == .close(openItems: items))
    }

    @Test(arguments: [[], [JournalEvent.Fact.resumed]])
    func `reads journals from when a connection that may work later was left behind`(
        between: [JournalEvent.Fact]
    ) throws {
        let plan = try RotationPlan.of(1)
        let trouble = JournalEvent.Fact.reissued(plan.connections[0], .failed(reason: "503", retryable: true))
        let facts = Self.toSwitched + [Self.old(.proven), trouble, trouble] + between + [.closed(openItems: [])]
        #expect(try Self.machine(plan, facts).isClosed)
        let report = try RotationReport(events: ([.opened(plan)] + facts).map(Self.event))
        #expect(report.stopReason == nil && report.connections.map(\.outcome) == [.failed])
    }

    @Test func `reissues a connection named twice once`() throws {
        let path = try CredentialPath("main/app/c0")
        let plan = RotationPlan(
            id: RotationID(random: 1), app: try CredentialPath("main/app"), mode: .leak, taint: .hold,
            driver: "rfc7592", connections: [path, path], openedBy: "ada")
        #expect(plan.connections == [path])
    }
}
