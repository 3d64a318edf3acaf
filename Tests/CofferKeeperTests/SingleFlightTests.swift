// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

import CofferCredentials
import CofferKeeper
import CofferSandbox
import Testing

@Suite struct `Many who ask at once` {
    @Test func `in two processes share one refresh`() async throws {
        try await KeeperWorld.with(accounts: ["acme"]) { world in
            world.time.advance(by: 86400 - 30)
            world.sandbox.log.clear()
            let keepers = try await [world.keeper(), world.keeper()]
            let path = KeeperWorld.path("main/crm/acme")
            let values = try await withThrowingTaskGroup(of: Secret.self) { group in
                for index in 0..<20 {
                    group.addTask { try await keepers[index % 2].token(path).credential.value }
                }
                return try await group.reduce(into: [Secret]()) { $0.append($1) }
            }
            #expect(values.count == 20)
            #expect(values.allSatisfy { $0 == values[0] })
            #expect(world.sandbox.log.requests(for: .token).count == 1)
        }
    }

    @Test func `who leaves takes nobody along`() async throws {
        try await KeeperWorld.with(accounts: ["acme"]) { world in
            world.time.advance(by: 86400 - 30)
            world.sandbox.log.clear()
            let keeper = try await world.keeper()
            let path = KeeperWorld.path("main/crm/acme")
            let leaver = Task { try await keeper.token(path) }
            async let other = keeper.token(path)
            leaver.cancel()
            _ = try await other
            _ = await leaver.result
            #expect(world.sandbox.log.requests(for: .token).count == 1)
        }
    }
}
