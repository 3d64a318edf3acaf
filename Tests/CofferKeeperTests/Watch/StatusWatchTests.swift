// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

import CofferCredentials
import CofferCredentialsTesting
import CofferOAuth
import CofferVault
import Foundation
import Synchronization
import Testing

@testable import CofferKeeper

/// `status --watch` in one process, with a clock that the test moves.
@Suite(.timeLimit(.minutes(3))) struct `A status that is watched` {
    /// What was shown, for whoever looks at it.
    private final class Screens: Sendable {
        private let shown = Mutex<[[ConnectionView]]>([])

        func add(_ connections: [ConnectionView]) { shown.withLock { $0.append(connections) } }

        var count: Int { shown.withLock { $0.count } }

        var versions: [Int] { shown.withLock { $0.last ?? [] }.map(\.version) }
    }

    @Test func `is shown again as time goes by and when something changed, and is one event`() async throws {
        try await KeeperWorld.with(accounts: ["acme"]) { world in
            let clock = ManualClock()
            var effects = world.effects()
            effects.clock = clock
            let keeper = try await Keeper.open(world.location, effects: effects)
            let screens = Screens()
            func pass(polls count: Int) async {
                for _ in 0..<count {
                    await clock.waitForSleepers(1)
                    clock.advance(by: .milliseconds(250))
                }
                await clock.waitForSleepers(1)
            }
            let events = try await keeper.vault.ownAudit().count { $0.action == .list }
            let watch = Task { try await keeper.watchStatus { screens.add($0) } }

            await pass(polls: 4)
            let count = screens.count
            await pass(polls: 7)
            #expect(screens.count <= count + 1)
            await pass(polls: 1)
            #expect(screens.count == count + 1 && screens.versions == [1])

            _ = try await world.keeper().refresh(.forced(KeeperWorld.path("main/crm/acme")))
            await pass(polls: 1)
            #expect(screens.count == count + 2 && screens.versions == [2])

            watch.cancel()
            try await watch.value
            let eventsAfter = try await keeper.vault.ownAudit().count { $0.action == .list }
            #expect(eventsAfter == events + 1)
        }
    }

    @Test func `ends with what shows it`() async throws {
        try await KeeperWorld.with(accounts: []) { world in
            let keeper = try await world.keeper()
            await #expect(throws: CancellationError.self) {
                try await keeper.watchStatus { _ in throw CancellationError() }
            }
        }
    }
}
