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

@Suite struct `An account that is not at its host any more` {
    private static let moved = TokenOutcome.unprocessed(Setback(.moved, "Not found."))
    private static let grant = GrantSnapshot.sample(provider: .sample { $0.errorDialect = .amocrm }) {
        $0.accountHost = "old.id.example"
    }

    @Test func `is looked for, and its new host is written before the token is presented there`() {
        var machine = RefreshMachine.sample()
        guard case .locate = machine.answer(Self.moved, of: Self.grant) else {
            Issue.record("it is not looked for")
            return
        }
        let settlement = machine.step(.located("new.id.example")).settlement
        #expect(settlement?.accountHost == "new.id.example")
        #expect(settlement?.state == .active)
        #expect(settlement?.intent == nil && settlement?.coolDownUntil == nil)
        #expect(settlement?.spendsPresentToken == false)
        var there = Self.grant
        there.accountHost = "new.id.example"
        #expect(machine.step(.settled(there)).isRead)
        #expect(machine.step(.read(there)).attempt == 1)
        #expect(machine.step(.recorded(there.recording(at: noon + 3590))).isSend)
        #expect(machine.step(.answered(.accepted(.pair()))).renewal?.placement == .current)
    }

    @Test(arguments: [nil, "old.id.example"])
    func `waits for a person where nobody knows, or where it is said to be there still`(host: String?) {
        var machine = RefreshMachine.sample()
        _ = machine.answer(Self.moved, of: Self.grant)
        let settlement = machine.step(.located(host)).settlement
        #expect(settlement?.accountHost == nil)
        #expect(settlement?.coolDownUntil != nil)
        #expect(machine.step(.settled(Self.grant)).error?.code == .configuration)
    }

    @Test func `is looked for once in a refresh`() {
        var machine = RefreshMachine.sample()
        _ = machine.answer(Self.moved, of: Self.grant)
        _ = machine.step(.located("new.id.example"))
        _ = machine.step(.settled(Self.grant))
        let settlement = machine.answer(Self.moved, of: Self.grant).settlement
        #expect(settlement?.accountHost == nil && settlement?.coolDownUntil != nil)
    }

    /// A bare 401, which a wrong secret brings as well: then the account is where it was, and nothing else is written.
    @Test(arguments: ["new.id.example", "old.id.example", nil])
    func `is looked for after a 401 that says no more, and found or not`(host: String?) {
        var setback = Setback(.configuration, "401.")
        setback.mayHaveMoved = true
        var machine = RefreshMachine.sample()
        guard case .locate = machine.answer(.unprocessed(setback), of: Self.grant) else {
            Issue.record("it is not looked for")
            return
        }
        let settlement = machine.step(.located(host)).settlement
        #expect(settlement?.accountHost == (host == "new.id.example" ? host : nil))
        #expect((settlement?.coolDownUntil == nil) == (host == "new.id.example"))
        #expect(settlement?.state == .active && settlement?.spendsPresentToken == false)
    }

    @Test func `is not looked for after a 401 that says why, or says it of something else`() async {
        func setback(_ outcome: TokenOutcome) -> Setback? {
            if case .unprocessed(let setback) = outcome { setback } else { nil }
        }
        let bare = #"{"title":"Некорректный клиент","status":401,"detail":"Авторизация клиента не прошла"}"#
        #expect(setback(await Fixtures.refresh(Fixtures.amocrm, 401, bare))?.mayHaveMoved == true)
        #expect(setback(await Fixtures.refresh(Fixtures.amocrm, 401, "<html>"))?.mayHaveMoved == true)
        #expect(setback(await Fixtures.exchange(Fixtures.amocrm, 401, bare))?.mayHaveMoved == false)
        #expect(setback(await Fixtures.refresh(Fixtures.amocrm, 400, bare))?.mayHaveMoved == false)
        #expect(setback(await Fixtures.refresh(Fixtures.bitrix24, 401, bare))?.mayHaveMoved == false)
        let hinted = #"{"hint":"Check the `client_id` parameter","status":401}"#
        #expect(setback(await Fixtures.refresh(Fixtures.amocrm, 401, hinted))?.mayHaveMoved == false)
        #expect(
            await Fixtures.refresh(Fixtures.amocrm, 401, #"{"hint":"Token has been revoked"}"#).summary
                == "refused revoked")
    }

    @Test func `is not looked for at a provider that does not tell`() {
        var machine = RefreshMachine.sample()
        let settlement = machine.answer(Self.moved).settlement
        #expect(settlement?.state == .active)
        #expect(machine.step(.settled(.sample())).error?.code == .configuration)
    }

    @Test func `leaves the intent of an earlier lost answer as it is`() {
        var machine = RefreshMachine.sample()
        let lost = RefreshIntent(
            tokenFingerprint: [1, 2, 3], attempt: 1, startedAt: noon, deadline: noon + 40)
        var grant = Self.grant
        grant.intent = lost
        grant.expiresAt = noon
        grant.registration.provider.refreshTokens.retryAfterLostAnswer = true
        _ = machine.answer(Self.moved, of: grant, attempt: 2)
        #expect(machine.step(.located("new.id.example")).settlement?.intent == lost)
    }
}
