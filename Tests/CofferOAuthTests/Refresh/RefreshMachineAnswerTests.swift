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

/// The ends of a token request.
@Suite struct RefreshMachineAnswerTests {
    private let sent = noon + 3590

    @Test func `an accepted pair is committed and then handed out`() {
        var machine = RefreshMachine.sample()
        let renewal = machine.answer(.accepted(.pair())).renewal
        #expect(renewal?.placement == .current)
        #expect(renewal?.state == .active)
        #expect(renewal?.obtainedAt == sent)
        #expect(renewal?.refreshAt == sent + 2475)
        #expect(renewal?.spendsPresentToken == true)
        #expect(renewal?.failureCount == 0)
        let grant = machine.step(.committed(.sample { $0.version = 2 })).grant
        #expect(grant?.isRenewed == true)
    }

    @Test func `nothing is handed out before the commit`() {
        var machine = RefreshMachine.sample()
        #expect(machine.answer(.accepted(.pair())).grant == nil)
    }

    @Test func `without an access token the refresh token is committed all the same, then judged`() {
        var machine = RefreshMachine.sample()
        let renewal = machine.answer(.accepted(IssuedTokens(refreshToken: Secret("refresh-2")))).renewal
        #expect(renewal?.tokens.refreshToken == Secret("refresh-2"))
        #expect(renewal?.placement == .current)
        #expect(renewal?.coolDownUntil != nil)
        #expect(machine.step(.committed(.sample())).error?.code == .nonsense)
    }

    @Test func `an access token that has already expired is committed, then judged`() {
        var machine = RefreshMachine.sample()
        var tokens = IssuedTokens.pair()
        tokens.expiresAt = sent
        let renewal = machine.answer(.accepted(tokens)).renewal
        #expect(renewal?.tokens.refreshToken == Secret("refresh-2"))
        #expect(renewal?.placement == .current && renewal?.state == .active)
        #expect(renewal?.failureCount == 1 && renewal?.coolDownUntil == sent + 15)
        #expect(machine.step(.committed(.sample())).error?.code == .nonsense)
    }

    @Test func `another account's pair is kept aside, over nothing, and the presented token is spent`() {
        var machine = RefreshMachine.sample()
        var tokens = IssuedTokens.pair()
        tokens.accountID = "other"
        let renewal = machine.answer(.accepted(tokens)).renewal
        #expect(renewal?.placement == .aside)
        #expect(renewal?.state == .parked)
        #expect(renewal?.spendsPresentToken == true)
        #expect(machine.step(.committed(.sample())).error?.code == .needsReauthorization)
    }

    @Test func `no new refresh token keeps the old one, unless the provider always rotates`() {
        let tokens = IssuedTokens(accessToken: Secret("access-2"), expiresAt: sent + 3600)
        var machine = RefreshMachine.sample()
        let sometimes = GrantSnapshot.sample(provider: .sample { $0.refreshTokens.rotation = .sometimes })
        #expect(machine.answer(.accepted(tokens), of: sometimes).renewal?.spendsPresentToken == false)
        var always = RefreshMachine.sample()
        #expect(always.answer(.accepted(tokens)).renewal?.spendsPresentToken == true)
    }

    @Test func `the same refresh token again is not spent`() {
        var machine = RefreshMachine.sample()
        var tokens = IssuedTokens.pair()
        tokens.refreshToken = Secret("refresh-1")
        #expect(machine.answer(.accepted(tokens)).renewal?.spendsPresentToken == false)
    }

    @Test func `the same expiry again does not make a timed refresh where the provider forbids it`() {
        let provider = ProviderDescription.sample { $0.refreshPolicy = .onExpiry }
        var machine = RefreshMachine.sample()
        var tokens = IssuedTokens.pair()
        tokens.expiresAt = noon + 3600
        let renewal = machine.answer(.accepted(tokens), of: .sample(provider: provider), at: noon + 2700).renewal
        #expect(renewal != nil && renewal?.refreshAt == nil)
    }

    @Test(arguments: [GrantState.retired, .parked])
    func `tokens of a grant that was taken out of use meanwhile are kept, and it stays out of use`(
        _ state: GrantState
    ) throws {
        var machine = RefreshMachine.sample()
        _ = machine.answer(.accepted(.pair()))
        #expect(machine.step(.superseded).isRead)
        let changed = GrantSnapshot.sample {
            $0.state = state
            $0.revision = 9
        }
        let renewal = try #require(machine.step(.read(changed)).renewal)
        #expect(renewal.state == state && renewal.placement == .current)
        #expect(renewal.tokens.refreshToken == Secret("refresh-2"))
        #expect(machine.step(.committed(changed)).error?.code == .needsReauthorization)
    }

    @Test func `a failure of a grant that was taken out of use meanwhile leaves it out of use`() throws {
        var machine = RefreshMachine.sample()
        _ = machine.answer(.unprocessed(Setback(.serverFailure, "no")))
        #expect(machine.step(.superseded).isRead)
        let changed = GrantSnapshot.sample { $0.state = .retired }
        let settlement = try #require(machine.step(.read(changed)).settlement)
        #expect(settlement.state == .retired && settlement.intent == nil)
    }

    @Test func `the same expiry again is not yet renewable, and no reason to loop`() {
        var machine = RefreshMachine.sample()
        var tokens = IssuedTokens.pair()
        tokens.expiresAt = noon + 3600
        let renewal = machine.answer(.accepted(tokens), at: noon + 2700).renewal
        #expect(renewal?.refreshAt == noon + 3600 - 45)
        var next = RefreshMachine.sample(.due)
        let committed = GrantSnapshot.sample {
            $0.version = 2
            $0.obtainedAt = noon + 2700
            $0.refreshAt = renewal?.refreshAt
        }
        #expect(next.step(.read(committed), at: noon + 2701).grant != nil)
    }

    @Test func `a refresh does not end a taint`() {
        var machine = RefreshMachine.sample()
        let tainted = GrantSnapshot.sample {
            $0.isTainted = true
            $0.state = .tainted
        }
        #expect(machine.answer(.accepted(.pair()), of: tainted).renewal?.state == .tainted)
    }

    @Test func `a renamed account's host is saved only with the account's known id`() {
        let grant = GrantSnapshot.sample { $0.accountHost = "old.id.example" }
        var tokens = IssuedTokens.pair()
        tokens.accountHost = "new.id.example"
        var machine = RefreshMachine.sample()
        #expect(machine.answer(.accepted(tokens), of: grant).renewal?.tokens.accountHost == "new.id.example")
        tokens.accountID = nil
        var unknown = RefreshMachine.sample()
        let renewal = unknown.answer(.accepted(tokens), of: grant).renewal
        #expect(renewal != nil)
        #expect(renewal?.tokens.accountHost == nil)
    }

    @Test func `a commit that the fence refused is tried again on what is there`() {
        var machine = RefreshMachine.sample()
        _ = machine.answer(.accepted(.pair()))
        #expect(machine.step(.superseded).isRead)
        let tainted = GrantSnapshot.sample { $0.isTainted = true }
        let renewal = machine.step(.read(tainted)).renewal
        #expect(renewal?.placement == .current)
        #expect(renewal?.state == .tainted)
    }

    @Test func `a pair that comes second is kept aside of the one that came first`() {
        var machine = RefreshMachine.sample()
        _ = machine.answer(.accepted(.pair(3)))
        _ = machine.step(.superseded)
        let theirs = GrantSnapshot.sample {
            $0.version = 2
            $0.accessToken = Secret("access-2")
        }
        let renewal = machine.step(.read(theirs)).renewal
        #expect(renewal?.placement == .aside)
        #expect(renewal?.state == .active)
        #expect(renewal?.spendsPresentToken == false)
        #expect(machine.step(.committed(theirs)).grant?.snapshot.accessToken == Secret("access-2"))
    }

    @Test func `finally refused needs a person, and the token is spent`() {
        var machine = RefreshMachine.sample()
        let settlement = machine.answer(.refused(Refusal(.revoked, "Revoked."))).settlement
        #expect(settlement?.state == .needsReauthorization)
        #expect(settlement?.spendsPresentToken == true)
        #expect(settlement?.intent == nil)
        #expect(settlement?.lastError?.contains("no complete answer") == false)
        #expect(machine.step(.settled(.sample())).error?.code == .needsReauthorization)
    }

    @Test func `unprocessed clears the intent and cools down`() {
        var machine = RefreshMachine.sample()
        let settlement = machine.answer(.unprocessed(Setback(.serverFailure, "It fails."))).settlement
        #expect(settlement?.intent == nil)
        #expect(settlement?.state == .active)
        #expect(settlement?.failureCount == 1)
        #expect(settlement?.coolDownUntil == sent + 15)
        #expect(machine.step(.settled(.sample())).error?.code == .unreachable)
    }

    @Test func `a server's wish sets the cool-down`() {
        var machine = RefreshMachine.sample()
        let setback = Setback(.rateLimited, "Slow down.", retryAfter: .seconds(77))
        #expect(machine.answer(.unprocessed(setback)).settlement?.coolDownUntil == sent + 77)
    }

    @Test(arguments: [
        (Setback.Kind.blocked, GrantState.blocked, OAuthError.Code.blocked),
        (.payment, .paymentRequired, .paymentRequired), (.configuration, .active, .configuration),
        (.redirected, .active, .redirect), (.certificate, .active, .certificate),
    ])
    func `what stands in the way never marks a grant dead`(_ row: (Setback.Kind, GrantState, OAuthError.Code)) {
        var machine = RefreshMachine.sample()
        let settlement = machine.answer(.unprocessed(Setback(row.0, "So it is."))).settlement
        #expect(settlement?.state == row.1)
        #expect(settlement?.intent == nil)
        #expect(settlement?.spendsPresentToken == false)
        #expect(machine.step(.settled(.sample())).error?.code == row.2)
    }

    @Test func `a provider that spends on error keeps the intent, unless nothing was sent`() {
        let grant = GrantSnapshot.sample(provider: .sample { $0.refreshTokens.spendsOnError = true })
        var machine = RefreshMachine.sample()
        let settlement = machine.answer(.unprocessed(Setback(.configuration, "Wrong.")), of: grant).settlement
        #expect(settlement?.state == .indeterminate)
        #expect(settlement?.intent?.attempt == 1)
        #expect(settlement?.intent?.deadline == sent)
        var unsent = RefreshMachine.sample()
        #expect(
            unsent.answer(.unprocessed(Setback(.certificate, "Bad.")), of: grant).settlement?.state == .active)
    }

    @Test func `a 400 without a reason ends no grant, nor is a lost answer's token sent a third time for it`() {
        var setback = Setback(.configuration, "Sample answered 400.")
        setback.isUnexplained = true
        var machine = RefreshMachine.sample()
        let settlement = machine.answer(.unprocessed(setback)).settlement
        #expect(settlement?.state == .active && settlement?.intent == nil)
        #expect(settlement?.spendsPresentToken == false)
        #expect(machine.step(.settled(.sample())).error?.code == .configuration)
        // Another setback says nothing of the answer that was lost, and leaves its repetition to a later time.
        for (said, state) in [
            (setback, GrantState.needsReauthorization), (Setback(.serverFailure, "It fails."), .indeterminate),
        ] {
            var again = RefreshMachine.sample()
            let expired = noon + 3700
            let lost = GrantSnapshot.sample { $0.state = .indeterminate }.recording(at: noon + 3500)
            #expect(again.step(.read(lost), at: expired).attempt == 2)
            _ = again.step(.recorded(lost.recording(attempt: 2, at: expired)), at: expired)
            #expect(again.step(.answered(.unprocessed(said)), at: expired).settlement?.state == state)
        }
    }

    @Test func `a failure before the first byte is repeated once at once, then clears the intent`() {
        var machine = RefreshMachine.sample()
        #expect(machine.answer(.notSent("No connection.")).attempt == 1)
        _ = machine.step(.recorded(.sample().recording(at: sent)))
        let settlement = machine.step(.answered(.notSent("No connection."))).settlement
        #expect(settlement?.intent == nil)
        #expect(settlement?.state == .active)
        #expect(machine.step(.settled(.sample())).error?.code == .unreachable)
    }

    /// A machine that is woken late is no trouble of the provider's, and does not wait ever longer.
    @Test func `a place that was missed is repeated once, then told as the rate limit's, and counts as no failure`() {
        let late = TokenOutcome.unprocessed(Setback(.late, "It came late."))
        let grant = GrantSnapshot.sample(provider: .sample { $0.refreshTokens.spendsOnError = true })
        var machine = RefreshMachine.sample()
        #expect(machine.answer(late, of: grant).attempt == 1)
        _ = machine.step(.recorded(grant.recording(at: sent)))
        let settlement = machine.step(.answered(late)).settlement
        #expect(settlement?.intent == nil)
        #expect(settlement?.state == .active)
        #expect(settlement?.failureCount == grant.failureCount)
        #expect(settlement?.coolDownUntil == sent + 15)
        #expect(machine.step(.settled(grant)).error?.code == .rateLimited)
    }

    @Test func `also where there is no place for the repetition`() {
        var machine = RefreshMachine.sample()
        #expect(machine.answer(.notSent("No connection.")).attempt == 1)
        let settlement = machine.step(.heldBack(hasNoPlace: true)).settlement
        #expect(settlement?.intent == nil)
        #expect(settlement?.failureCount == 0)
        #expect(machine.step(.settled(.sample())).error?.code == .rateLimited)
    }

    @Test(arguments: [
        (TokenOutcome.indeterminate("It broke."), OAuthError.Code.indeterminate),
        (.senseless("It was HTML."), .nonsense),
    ])
    func `no complete answer leaves the intent, which nobody waits for`(_ row: (TokenOutcome, OAuthError.Code)) {
        var machine = RefreshMachine.sample()
        let settlement = machine.answer(row.0).settlement
        #expect(settlement?.state == .indeterminate)
        #expect(settlement?.intent?.deadline == sent)
        #expect(settlement?.coolDownUntil != nil)
        #expect(machine.step(.settled(.sample())).error?.code == row.1)
    }

    @Test func `a lost answer of client credentials is lost and nothing else`() {
        var machine = RefreshMachine.sample()
        let grant = GrantSnapshot.sample { $0.usesClientCredentials = true }
        #expect(machine.step(.read(grant)).isSend)
        let settlement = machine.step(.answered(.indeterminate("It broke."))).settlement
        #expect(settlement?.state == .active)
        #expect(settlement?.intent == nil)
    }

    @Test func `a settlement that the fence refused is repeated, unless somebody committed a pair`() {
        var machine = RefreshMachine.sample()
        _ = machine.answer(.unprocessed(Setback(.serverFailure, "It fails.")))
        #expect(machine.step(.superseded).isRead)
        #expect(machine.step(.read(.sample())).settlement?.failureCount == 1)
        #expect(machine.step(.superseded).isRead)
        #expect(machine.step(.read(.sample { $0.version = 2 })).error?.code == .unreachable)
    }
}
