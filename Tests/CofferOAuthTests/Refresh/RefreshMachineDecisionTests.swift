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

/// What is decided under the lock, before anything is sent.
@Suite struct RefreshMachineDecisionTests {
    @Test func `what somebody else refreshed is handed out`() {
        var machine = RefreshMachine.sample(.forced, seenVersion: 1)
        let grant = machine.step(.read(.sample { $0.version = 2 }), at: noon).grant
        #expect(grant?.isRenewed == false)
        #expect(grant?.snapshot.version == 2)
    }

    @Test func `a forced demand refreshes a fresh token`() {
        var machine = RefreshMachine.sample(.forced)
        #expect(machine.step(.read(.sample()), at: noon).attempt == 1)
    }

    @Test func `a fresh token is due for nothing`() {
        var machine = RefreshMachine.sample(.due)
        #expect(machine.step(.read(.sample()), at: noon + 2699).grant != nil)
        var later = RefreshMachine.sample(.due)
        #expect(later.step(.read(.sample()), at: noon + 2700).attempt == 1)
    }

    @Test func `a token in the soft window serves a caller, one in the hard window does not`() {
        var machine = RefreshMachine.sample(.usable(minimumValidity: nil))
        #expect(machine.step(.read(.sample()), at: noon + 3000).grant != nil)
        var later = RefreshMachine.sample(.usable(minimumValidity: nil))
        #expect(later.step(.read(.sample()), at: noon + 3550).attempt == 1)
    }

    @Test func `a rejection of an older version brings the newer one without a request`() {
        var machine = RefreshMachine.sample(.rejected(version: 1))
        #expect(machine.step(.read(.sample { $0.version = 2 }), at: noon).grant?.snapshot.version == 2)
    }

    @Test func `a rejection of the present version refreshes it, but not moments after its issue`() {
        var machine = RefreshMachine.sample(.rejected(version: 1))
        #expect(machine.step(.read(.sample()), at: noon + 31).attempt == 1)
        var early = RefreshMachine.sample(.rejected(version: 1))
        #expect(early.step(.read(.sample()), at: noon + 29).error?.code == .coolDown)
    }

    @Test func `a frozen app sends nothing, forced or not`() {
        for demand in [RefreshDemand.due, .forced, .usable(minimumValidity: nil)] {
            var machine = RefreshMachine.sample(demand)
            #expect(machine.step(.read(.sample { $0.isFrozen = true })).error?.code == .frozen)
        }
    }

    @Test func `what is on hold is refreshed, but not while the leaked secret may still be accepted`() {
        let demands: [RefreshDemand] = [.due, .forced, .usable(minimumValidity: nil), .rejected(version: 1)]
        for demand in demands {
            var held = RefreshMachine.sample(demand)
            #expect(held.step(.read(.sample { $0.isHeld = true })).attempt == 1)
            var barred = RefreshMachine.sample(demand)
            let both = GrantSnapshot.sample { ($0.isHeld, $0.isBarred) = (true, true) }
            #expect(barred.step(.read(both)).error?.code == .held)
        }
    }

    @Test func `a frozen app still hands out what is fresh`() {
        var machine = RefreshMachine.sample(.usable(minimumValidity: nil))
        #expect(machine.step(.read(.sample { $0.isFrozen = true }), at: noon).grant != nil)
    }

    @Test func `a cool-down holds everything but force`() {
        let cooling = GrantSnapshot.sample { $0.coolDownUntil = noon + 3600 }
        var machine = RefreshMachine.sample(.due)
        let error = machine.step(.read(cooling)).error
        #expect(error?.code == .coolDown)
        #expect(error?.retryAfter == .seconds(10))
        var forced = RefreshMachine.sample(.forced)
        #expect(forced.step(.read(cooling)).attempt == 1)
    }

    @Test func `a cool-down further away than any of ours is a clock set back`() {
        var machine = RefreshMachine.sample(.due)
        #expect(machine.step(.read(.sample { $0.coolDownUntil = noon + 1e7 })).attempt == 1)
    }

    @Test func `a blocked grant sends nothing until forced`() {
        let blocked = GrantSnapshot.sample { $0.state = .blocked }
        var machine = RefreshMachine.sample(.due)
        #expect(machine.step(.read(blocked)).error?.code == .blocked)
        var forced = RefreshMachine.sample(.forced)
        #expect(forced.step(.read(blocked)).attempt == 1)
    }

    @Test(arguments: [GrantState.needsReauthorization, .parked, .retired])
    func `what only a person can end is not forced`(_ state: GrantState) {
        var machine = RefreshMachine.sample(.forced)
        let grant = GrantSnapshot.sample {
            $0.state = state
            $0.lastError = "the reason"
        }
        let error = machine.step(.read(grant)).error
        #expect(error?.code == .needsReauthorization)
        #expect(error?.message.contains("the reason") == true)
    }

    @Test func `without a refresh token the access token serves until it ends`() {
        let grant = GrantSnapshot.sample { $0.refreshToken = nil }
        var machine = RefreshMachine.sample(.due)
        #expect(machine.step(.read(grant)).grant?.note != nil)
        var later = RefreshMachine.sample(.due)
        #expect(later.step(.read(grant), at: noon + 3601).settlement?.state == .needsReauthorization)
        var forced = RefreshMachine.sample(.forced)
        #expect(forced.step(.read(grant)).error?.code == .needsReauthorization)
    }

    @Test func `client credentials need neither refresh token nor intent`() {
        var machine = RefreshMachine.sample(.due)
        let grant = GrantSnapshot.sample {
            $0.refreshToken = nil
            $0.usesClientCredentials = true
        }
        #expect(machine.step(.read(grant)).isSend)
    }

    @Test func `a spent token that the store refuses needs a person`() {
        var machine = RefreshMachine.sample(.due)
        _ = machine.step(.read(.sample()))
        #expect(machine.step(.spent).settlement?.state == .needsReauthorization)
    }

    @Test func `a record that the fence refused is decided anew, a bounded number of times`() {
        var machine = RefreshMachine.sample(.due)
        _ = machine.step(.read(.sample()))
        #expect(machine.step(.superseded).isRead)
        #expect(machine.step(.read(.sample { $0.isFrozen = true })).error?.code == .frozen)
        var endless = RefreshMachine.sample(.due)
        var rounds = 0
        while rounds < 100 {
            _ = endless.step(.read(.sample()))
            rounds += 1
            if endless.step(.superseded).error?.code == .superseded { break }
        }
        #expect(rounds == RefreshMachine.longestContention)
    }
}
