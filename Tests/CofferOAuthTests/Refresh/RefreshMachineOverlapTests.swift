// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

import CofferCredentials
import Testing

@testable import CofferOAuth

#if canImport(FoundationEssentials)
import FoundationEssentials
#else
import Foundation
#endif

/// What becomes of a refresh whose lock was lost, when another has committed before it.
@Suite struct RefreshMachineOverlapTests {
    private let theirs = GrantSnapshot.sample {
        $0.version = 2
        $0.accessToken = Secret("access-2")
        $0.refreshToken = Secret("refresh-2")
        $0.expiresAt = noon + 7190
    }

    @Test func `a late answer that is the pair that is there is no second one`() {
        var machine = RefreshMachine.sample()
        _ = machine.answer(.accepted(.pair(2)))
        #expect(machine.step(.superseded).isRead)
        let action = machine.step(.read(theirs))
        #expect(action.renewal == nil)
        #expect(action.grant?.snapshot.version == 2 && action.grant?.note == nil)
    }

    @Test func `half of that pair is another one`() {
        var machine = RefreshMachine.sample()
        var tokens = IssuedTokens.pair(2)
        tokens.refreshToken = Secret("refresh-3")
        _ = machine.answer(.accepted(tokens))
        #expect(machine.step(.superseded).isRead)
        #expect(machine.step(.read(theirs)).renewal?.placement == .aside)
    }

    @Test(arguments: [
        TokenOutcome.refused(Refusal(.revoked, "Revoked.")), .unprocessed(Setback(.serverFailure, "It fails.")),
        .indeterminate("It broke."),
    ])
    func `a late failure is none for who asked, since another's token serves`(_ outcome: TokenOutcome) {
        var machine = RefreshMachine.sample()
        #expect(machine.answer(outcome).settlement != nil)
        #expect(machine.step(.superseded).isRead)
        #expect(machine.step(.read(theirs)).grant?.snapshot.accessToken == Secret("access-2"))
    }
}
