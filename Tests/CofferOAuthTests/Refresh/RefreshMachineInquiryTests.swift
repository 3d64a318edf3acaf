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

/// What is decided about a request that nobody heard of again, where introspection knows refresh tokens.
@Suite struct RefreshMachineInquiryTests {
    private let expired = noon + 3700

    private static func provider(
        _ habits: RefreshTokenBehaviour = RefreshTokenBehaviour(rotation: .always, introspectable: true)
    ) -> ProviderDescription {
        .sample {
            $0.refreshTokens = habits
            $0.endpoints.introspection = "https://id.example/introspect"
        }
    }

    private func left(
        attempt: Int = 1, at date: Date = noon + 3500, by provider: ProviderDescription = Self.provider(),
        _ change: (inout GrantSnapshot) -> Void = { _ in }
    ) -> GrantSnapshot {
        var grant = GrantSnapshot.sample(provider: provider).recording(attempt: attempt, at: date)
        change(&grant)
        return grant
    }

    @Test func `a token that is active is presented once more, with the evidence`() {
        var machine = RefreshMachine.sample(.due)
        #expect(machine.hear(.active, left()).attempt == 2)
        #expect(machine.evidence == "introspection calls the refresh token active")
    }

    @Test func `also where a blind repetition is forbidden`() {
        let careful = RefreshTokenBehaviour(rotation: .always, retryAfterLostAnswer: false, introspectable: true)
        var machine = RefreshMachine.sample(.due)
        #expect(machine.hear(.active, left(by: Self.provider(careful))).attempt == 2)
    }

    /// The word may be wrong: a replica that lags behind, a cache, a server that keeps no count.
    @Test(arguments: [RefreshTokenFate.active, .unknown])
    func `once its repetition was lost, too, it is presented no more, whatever is said of it`(
        _ fate: RefreshTokenFate
    ) {
        var machine = RefreshMachine.sample(.due)
        let action = machine.hear(fate, left(attempt: 2))
        #expect(action.settlement?.state == .needsReauthorization)
        #expect(action.settlement?.intent?.attempt == 2)
        #expect(action.settlement?.lastError?.contains("neither did its repetition") == true)
        #expect(machine.evidence == nil)
    }

    @Test func `… and a person is told if it is not active`() {
        var machine = RefreshMachine.sample(.due)
        let action = machine.hear(.inactive, left(attempt: 2))
        #expect(action.settlement?.state == .needsReauthorization)
        #expect(action.settlement?.lastError?.contains("introspection calls its refresh token inactive") == true)
    }

    @Test func `one that is not active is never presented again, and the true reason is told`() {
        var machine = RefreshMachine.sample(.due)
        let action = machine.hear(.inactive, left())
        #expect(action.settlement?.state == .needsReauthorization)
        #expect(action.settlement?.spendsPresentToken == true)
        #expect(action.settlement?.intent == nil)
        #expect(action.settlement?.evidence == "introspection calls the refresh token inactive")
        #expect(action.settlement?.lastError?.contains("got no complete answer, and introspection calls") == true)
    }

    @Test func `where introspection says nothing it is as if nobody could be asked`() {
        var machine = RefreshMachine.sample(.due)
        #expect(machine.hear(.unknown, left()).attempt == 2)
        #expect(machine.evidence == nil)
        let careful = RefreshTokenBehaviour(rotation: .always, retryAfterLostAnswer: false, introspectable: true)
        var second = RefreshMachine.sample(.due)
        let action = second.hear(.unknown, left(by: Self.provider(careful)))
        #expect(action.settlement?.lastError?.contains("forbids") == true)
    }

    /// A good grant is not given up since a name was not resolved, or a server had no time.
    @Test(arguments: [(1, true), (1, false), (2, true)])
    func `where nobody could be asked the intent is kept, and it is asked later`(_ attempt: Int, _ retries: Bool) {
        let habits = RefreshTokenBehaviour(
            rotation: .always, retryAfterLostAnswer: retries, introspectable: true)
        var machine = RefreshMachine.sample(.due)
        let setback = Setback(.rateLimited, "Example answered 429.", retryAfter: .seconds(90))
        let grant = left(attempt: attempt, by: Self.provider(habits))
        let settlement = machine.hear(.unanswered(setback), grant).settlement
        #expect(settlement?.state == .indeterminate)
        #expect(settlement?.intent?.attempt == attempt)
        #expect(settlement?.spendsPresentToken == false)
        #expect(settlement?.coolDownUntil == noon + 3790)
        #expect(settlement?.lastError?.contains("introspection could not say what became of it") == true)
        #expect(machine.step(.settled(grant)).error?.code == .indeterminate)
    }

    @Test func `nobody is asked inside the grace period, nor while the access token serves`() {
        let graceful = RefreshTokenBehaviour(rotation: .always, grace: .seconds(600), introspectable: true)
        var machine = RefreshMachine.sample(.due)
        #expect(machine.step(.read(left(by: Self.provider(graceful))), at: expired).attempt == 2)
        var serving = RefreshMachine.sample(.due)
        #expect(serving.step(.read(left(at: noon + 2800)), at: noon + 2900).settlement?.state == .indeterminate)
    }

    @Test func `after a grace period's repetition that got no answer either it is asked, and presented no more`() {
        let graceful = RefreshTokenBehaviour(rotation: .always, grace: .seconds(600), introspectable: true)
        var machine = RefreshMachine.sample(.due)
        let action = machine.hear(.active, left(attempt: 2, by: Self.provider(graceful)))
        #expect(action.settlement?.state == .needsReauthorization)
    }

    @Test(arguments: [nil, false])
    func `nobody is asked where introspection is not known to know refresh tokens`(_ introspectable: Bool?) {
        let habits = RefreshTokenBehaviour(rotation: .always, introspectable: introspectable)
        var machine = RefreshMachine.sample(.due)
        #expect(machine.step(.read(left(by: Self.provider(habits))), at: expired).attempt == 2)
    }

    @Test func `a client that proves nothing asks nobody, and so does one without an address to ask`() {
        var machine = RefreshMachine.sample(.due)
        #expect(machine.step(.read(left { $0.registration.clientSecret = nil }), at: expired).attempt == 2)
        var second = RefreshMachine.sample(.due)
        #expect(
            second.step(.read(left { $0.registration.provider.endpoints.introspection = nil }), at: expired).attempt
                == 2)
    }

    @Test func `a narrower token resolves nothing`() throws {
        let narrowing = try #require(try TokenNarrowing(scope: "a", audience: nil, resource: nil))
        var machine = RefreshMachine.sample(.narrowed(narrowing, minimumValidity: nil))
        let provider = Self.provider()
        var grant = left(by: provider)
        grant.registration.provider.narrowing = .refresh
        let action = machine.step(.read(grant), at: expired)
        #expect(action.attempt == nil)
        #expect(!action.isInquiry)
    }

    @Test func `a token whose client the app is no more is not shown to another, not even to ask about it`() {
        var machine = RefreshMachine.sample(.due)
        let action = machine.step(.read(left { $0.isStranded = true }), at: expired)
        #expect(action.settlement?.state == .needsReauthorization)
        #expect(action.settlement?.lastError == GrantSnapshot.strandedReason)
    }

    @Test func `a question that the store refuses is decided anew, or ends with a token that was spent`() {
        var machine = RefreshMachine.sample(.due)
        #expect(machine.step(.read(left()), at: expired).isInquiry)
        #expect(machine.step(.superseded, at: expired).isRead)
        #expect(machine.step(.read(left()), at: expired).isInquiry)
        #expect(machine.step(.spent, at: expired).settlement?.state == .needsReauthorization)
    }

    @Test(arguments: [RefreshTokenFate.active, .unknown])
    func `a repetition without an answer is asked about before a person is called for`(_ fate: RefreshTokenFate) {
        var machine = RefreshMachine.sample(.forced)
        let grant = left()
        #expect(machine.hear(fate, grant).attempt == 2)
        _ = machine.step(.recorded(grant.recording(attempt: 2, at: expired)), at: expired)
        let action = machine.step(.answered(.indeterminate("The connection broke.")), at: expired)
        #expect(action.settlement?.state == .indeterminate)
        #expect(action.settlement?.intent?.attempt == 2)
    }

    @Test func `an active token that was not processed leaves the first intent`() {
        var machine = RefreshMachine.sample(.forced)
        let grant = left()
        _ = machine.hear(.active, grant)
        _ = machine.step(.recorded(grant.recording(attempt: 2, at: expired)), at: expired)
        let action = machine.step(.answered(.unprocessed(Setback(.rateLimited, "Slow down."))), at: expired)
        #expect(action.settlement?.intent?.startedAt == noon + 3500)
        #expect(action.settlement?.intent?.attempt == 1)
        #expect(action.settlement?.state == .indeterminate)
    }
}

extension RefreshMachine {
    /// Reads a grant whose access token has ended, and hears what introspection says.
    fileprivate mutating func hear(_ fate: RefreshTokenFate, _ grant: GrantSnapshot) -> Action {
        guard step(.read(grant), at: noon + 3700).isInquiry else {
            Issue.record("nobody was asked")
            return .read
        }
        return step(.inquired(fate), at: noon + 3700)
    }
}
