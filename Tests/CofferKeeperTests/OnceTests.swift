// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

import CofferCredentials
import CofferKeeper
import CofferSandbox
import Foundation
import Testing

@Suite(.timeLimit(.minutes(3))) struct `A refresh happens once` {
    private static let acme = KeeperWorld.path("main/crm/acme")

    @Test func `for five hundred who ask at the same moment, in ten keepers`() async throws {
        try await KeeperWorld.with(accounts: ["acme"]) { world in
            world.time.advance(by: 86400 - 30)
            world.sandbox.log.clear()
            var keepers: [Keeper] = []
            for _ in 0..<10 { keepers.append(try await world.keeper()) }
            let (all, gate) = (keepers, Signal())
            let values = try await withThrowingTaskGroup(of: Secret.self) { group in
                for index in 0..<500 {
                    group.addTask {
                        await gate.wait(for: index)
                        return try await all[index % 10].token(Self.acme).credential.value
                    }
                }
                gate.open()
                return try await group.reduce(into: [Secret]()) { $0.append($1) }
            }
            #expect(values.count == 500)
            #expect(values.allSatisfy { $0 == values[0] })
            #expect(world.requestCount == 1)
        }
    }

    @Test func `for each connection, by three keepers that refresh what is due`() async throws {
        try await KeeperWorld.with { world in
            world.time.advance(by: 86400 - 30)
            world.sandbox.log.clear()
            var keepers: [Keeper] = []
            for _ in 0..<3 { keepers.append(try await world.keeper()) }
            let all = keepers
            let lines = try await withThrowingTaskGroup(of: [RefreshLine].self) { group in
                for keeper in all { group.addTask { try await keeper.refresh(.due) } }
                return try await group.reduce(into: [RefreshLine]()) { $0 += $1 }
            }
            #expect(lines.allSatisfy { $0.failure == nil })
            #expect(lines.count { $0.outcome == .refreshed } == 3)
            #expect(world.requestCount == 3)
        }
    }

    /// A gate that all wait at.
    private struct Signal: Sendable {
        private let opened: Task<Void, Never>
        private let opener: AsyncStream<Void>.Continuation

        init() {
            let (stream, opener) = AsyncStream<Void>.makeStream()
            self.opener = opener
            opened = Task { for await _ in stream {} }
        }

        func wait(for index: Int) async { await opened.value }
        func open() { opener.finish() }
    }

    @Test func `also when the first who asked goes away, and when all do`() async throws {
        try await KeeperWorld.with(accounts: ["acme"]) { world in
            world.time.advance(by: 86400 - 30)
            world.sandbox.log.clear()
            let slow = GatedTransport(network: world.transport)
            let keeper = try await world.keeper(transport: slow)
            let leavers = (0..<5).map { _ in Task { try await keeper.token(Self.acme) } }
            await slow.waitForRequest()
            for leaver in leavers { leaver.cancel() }
            for leaver in leavers { _ = await leaver.result }
            slow.open()
            await keeper.landed()
            _ = try await world.keeper().token(Self.acme)
            #expect(world.requestCount == 1)
        }
    }
}
