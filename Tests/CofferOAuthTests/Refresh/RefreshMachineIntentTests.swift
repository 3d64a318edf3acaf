// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

import CofferCredentials
import CofferCredentialsTesting
import Testing

@testable import CofferOAuth

#if canImport(FoundationEssentials)
import FoundationEssentials
#else
import Foundation
#endif

/// What is decided about an intent that somebody left.
@Suite struct RefreshMachineIntentTests {
    private let expired = noon + 3700

    private func left(
        attempt: Int = 1, at date: Date, _ habits: RefreshTokenBehaviour = RefreshTokenBehaviour(rotation: .always),
        _ change: (inout GrantSnapshot) -> Void = { _ in }
    ) -> GrantSnapshot {
        var grant = GrantSnapshot.sample(provider: .sample { $0.refreshTokens = habits })
            .recording(attempt: attempt, at: date)
        change(&grant)
        return grant
    }

    @Test func `an intent whose deadline has not passed is waited for, then read again`() {
        var machine = RefreshMachine.sample(.due)
        #expect(machine.step(.read(left(at: expired)), at: expired + 10).pause == .seconds(1))
        #expect(machine.step(.read(left(at: expired)), at: expired + 39.5).pause == .milliseconds(501))
        let refreshed = GrantSnapshot.sample {
            $0.version = 2
            $0.expiresAt = noon + 7200
        }
        #expect(machine.step(.read(refreshed), at: expired + 39).grant?.snapshot.version == 2)
    }

    /// The clock was set back by two hours since somebody recorded it, and is where it was: nobody sees how old it is.
    @Test func `an intent is waited for no longer than its request can take, however far away its deadline is`() {
        var machine = RefreshMachine.sample(.forced)
        let grant = left(at: expired + 7200)
        var waited = Duration.zero
        var action = machine.step(.read(grant), at: expired)
        while let pause = action.pause, waited < .seconds(60) {
            #expect(pause == .seconds(1))
            machine.hasWaited(pause)
            waited += pause
            action = machine.step(.read(grant), at: expired)
        }
        #expect(waited == RefreshLimits().intent)
        #expect(action.attempt == 2)
    }

    @Test func `an intent that was waited out is left with an end, which nobody waits for again`() throws {
        var machine = RefreshMachine.sample(.forced)
        let grant = left(attempt: 2, at: expired + 7200)
        #expect(machine.step(.read(grant), at: expired).pause == .seconds(1))
        machine.hasWaited(.seconds(40))
        guard case .settle(let settlement, _) = machine.step(.read(grant), at: expired) else {
            Issue.record("neither that nor its one repetition was heard: a person is asked")
            return
        }
        let intent = try #require(settlement.intent)
        #expect(intent.attempt == 2 && intent.deadline == expired)
    }

    @Test func `so is one that an earlier version left without an end, while the access token serves`() throws {
        var machine = RefreshMachine.sample(.due)
        let grant = left(at: noon + 10_000) { $0.state = .indeterminate }
        #expect(machine.step(.read(grant), at: noon + 2900).pause == .seconds(1))
        machine.hasWaited(.seconds(40))
        let settlement = try #require(machine.step(.read(grant), at: noon + 2900).settlement)
        #expect(settlement.state == .indeterminate)
        #expect(settlement.intent?.deadline == noon + 2900)
    }

    @Test func `so is one that a narrower token was waiting behind, and nothing else of the grant changes`() throws {
        let less = RefreshDemand.narrowed(try #require(try TokenNarrowing(scope: "read")), minimumValidity: nil)
        var machine = RefreshMachine.sample(less)
        let grant = left(at: expired + 7200) { grant in
            grant.registration.provider.narrowing = .refresh
            grant.scope = "read write"
            grant.failureCount = 2
        }
        #expect(machine.step(.read(grant), at: expired).pause == .seconds(1))
        machine.hasWaited(.seconds(40))
        let settlement = try #require(machine.step(.read(grant), at: expired).settlement)
        #expect(settlement.state == grant.state && settlement.failureCount == 2)
        #expect(settlement.intent?.deadline == expired)
        #expect(machine.step(.settled(grant), at: expired).error?.code == .indeterminate)
    }

    @Test func `a wait that took longer than it was to take counts as it was, and another intent anew`() {
        var machine = RefreshMachine.sample(.forced)
        #expect(machine.step(.read(left(at: expired + 7200)), at: expired).pause == .seconds(1))
        machine.hasWaited(.milliseconds(39_400))
        #expect(machine.step(.read(left(at: expired + 7200)), at: expired).pause == .milliseconds(600))
        machine.hasWaited(.seconds(1))
        #expect(machine.step(.read(left(attempt: 2, at: expired + 7201)), at: expired).pause == .seconds(1))
        machine.hasWaited(.seconds(39))
        #expect(machine.step(.read(left(attempt: 2, at: expired + 7201)), at: expired).pause == .seconds(1))
    }

    @Test func `a caller whose token serves waits for nobody's intent`() {
        var machine = RefreshMachine.sample(.usable(minimumValidity: nil))
        #expect(machine.step(.read(left(at: noon + 2800)), at: noon + 2810).grant != nil)
    }

    @Test func `an overdue intent is left alone while the access token serves`() {
        var machine = RefreshMachine.sample(.due)
        let settlement = machine.step(.read(left(at: noon + 2800)), at: noon + 2900).settlement
        #expect(settlement?.state == .indeterminate)
        #expect(settlement?.intent?.attempt == 1)
        var hard = RefreshMachine.sample(.usable(minimumValidity: nil))
        let grant = left(at: noon + 2800) { $0.state = .indeterminate }
        #expect(hard.step(.read(grant), at: noon + 3595).grant?.note?.contains("got no complete answer") == true)
    }

    @Test func `whoever only looks whether it is due is told to look again when the access token ends`() {
        for state in [GrantState.refreshing, .indeterminate] {
            for (expiresAt, rest) in [(noon + 3600, Duration.seconds(700)), (nil, .seconds(3600))] {
                var machine = RefreshMachine.sample(.due)
                let grant = left(at: noon + 2800) { grant in
                    grant.state = state
                    grant.expiresAt = expiresAt
                    grant.refreshAt = noon + 2800
                }
                var action = machine.step(.read(grant), at: noon + 2900)
                if action.settlement != nil { action = machine.step(.settled(grant), at: noon + 2900) }
                #expect(action.error?.code == .indeterminate)
                #expect(action.error?.retryAfter == rest)
            }
        }
    }

    @Test func `once the access token has ended the token is presented one more time`() {
        var machine = RefreshMachine.sample(.due)
        #expect(machine.step(.read(left(at: noon + 3500)), at: expired).attempt == 2)
    }

    @Test(arguments: [RefreshDemand.forced, .rejected(version: 1)])
    func `force and a rejection say that the access token need not serve`(_ demand: RefreshDemand) {
        var machine = RefreshMachine.sample(demand)
        #expect(machine.step(.read(left(at: noon + 2800)), at: noon + 2900).attempt == 2)
    }

    @Test func `there is no second repetition`() {
        var machine = RefreshMachine.sample(.due)
        let settlement = machine.step(.read(left(attempt: 2, at: noon + 3500)), at: expired).settlement
        #expect(settlement?.state == .needsReauthorization)
        #expect(settlement?.lastError?.contains("neither did its repetition") == true)
    }

    @Test func `a description that forbids the repetition is obeyed, with the true reason`() {
        let habits = RefreshTokenBehaviour(rotation: .always, retryAfterLostAnswer: false)
        var machine = RefreshMachine.sample(.due)
        let action = machine.step(.read(left(at: noon + 3500, habits)), at: expired)
        #expect(action.settlement?.state == .needsReauthorization)
        #expect(action.settlement?.lastError?.contains("forbids") == true)
    }

    @Test func `inside the grace period it is repeated although the access token serves`() {
        let habits = RefreshTokenBehaviour(
            rotation: .always, grace: .seconds(120), spendsOnError: false, retryAfterLostAnswer: false)
        var machine = RefreshMachine.sample(.due)
        #expect(machine.step(.read(left(at: noon + 2800, habits)), at: noon + 2900).attempt == 2)
        var late = RefreshMachine.sample(.due)
        #expect(late.step(.read(left(at: noon + 2800, habits)), at: noon + 2921).settlement?.state == .indeterminate)
    }

    /// A grant of a provider with a grace period, whose refresh got no answer; and the machine that waits for a moment.
    private func unanswered(grace: Duration) -> (RefreshMachine, GrantSnapshot, RefreshMachine.Action) {
        let grant = GrantSnapshot.sample(
            provider: .sample { $0.refreshTokens = RefreshTokenBehaviour(rotation: .always, grace: grace) })
        var machine = RefreshMachine.sample(.due)
        let action = machine.answer(.indeterminate("The connection broke."), of: grant, at: expired)
        return (machine, grant.recording(at: expired), action)
    }

    @Test func `inside the grace period the repetition comes a moment later, and not in the same breath`() {
        var (machine, grant, action) = unanswered(grace: .seconds(60))
        #expect(action.pause == .seconds(2))
        // Not when the deadline of our own intent is over, as another's would be.
        #expect(machine.step(.read(grant), at: expired + 2).attempt == 2)
        _ = machine.step(.recorded(grant.recording(attempt: 2, at: expired + 2)), at: expired + 2)
        let last = machine.step(.answered(.indeterminate("It broke again.")), at: expired + 3).settlement
        #expect(last?.state == .needsReauthorization)
        #expect(last?.lastError?.contains("the one repetition") == true)
    }

    @Test func `a grace period that the moment would outlast is left to what follows any lost answer`() {
        #expect(unanswered(grace: .seconds(2)).2.settlement?.state == .indeterminate)
        // The machine slept for longer than that.
        var (machine, grant, _) = unanswered(grace: .seconds(30))
        #expect(machine.step(.read(grant), at: expired + 35).pause != nil)
    }

    @Test func `what somebody else did in that moment counts`() {
        var (machine, grant, _) = unanswered(grace: .seconds(60))
        #expect(machine.step(.read(grant.recording(attempt: 2, at: expired + 1)), at: expired + 2).pause == .seconds(1))
        grant.intent = nil
        grant.state = .needsReauthorization
        #expect(machine.step(.read(grant), at: expired + 2).error?.code == .needsReauthorization)
    }

    @Test func `a token that never rotates is simply presented again`() {
        var machine = RefreshMachine.sample(.due)
        let grant = left(attempt: 2, at: noon + 2800, RefreshTokenBehaviour(rotation: .never))
        #expect(machine.step(.read(grant), at: noon + 2900).attempt == 1)
    }

    @Test func `a refusal of the repetition names the lost answer`() {
        var machine = RefreshMachine.sample(.due)
        let action = machine.answer(
            .refused(Refusal(.revoked, "The provider said: revoked.")), of: left(at: noon + 3500), attempt: 2,
            at: expired)
        #expect(action.settlement?.state == .needsReauthorization)
        #expect(action.settlement?.spendsPresentToken == true)
        #expect(action.settlement?.lastError?.contains("probably processed and its tokens lost") == true)
    }

    @Test func `a repetition that was not processed leaves the first intent, and does not count`() {
        var machine = RefreshMachine.sample(.due)
        let action = machine.answer(
            .unprocessed(Setback(.rateLimited, "Slow down.")), of: left(at: noon + 3500), attempt: 2, at: expired)
        #expect(action.settlement?.intent?.attempt == 1)
        #expect(action.settlement?.state == .indeterminate)
    }

    @Test func `a repetition without an answer was the only one`() {
        var machine = RefreshMachine.sample(.due)
        let action = machine.answer(
            .indeterminate("The connection broke."), of: left(at: noon + 3500), attempt: 2, at: expired)
        #expect(action.settlement?.state == .needsReauthorization)
        #expect(action.settlement?.intent?.attempt == 2)
    }
}
