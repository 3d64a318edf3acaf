// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

import CofferCredentials
import CofferOAuth
import CofferSandbox
import CofferVault
import Foundation
import Testing

@testable import CofferKeeper

/// A server that ends the whole grant when a spent refresh token comes again, and whose introspection tells which is spent.
@Suite struct `A lost answer of a server that can be asked` {
    /// A vault with a connection of the strict server, and how often it was asked what.
    private struct World {
        let world: KeeperWorld

        var introspections: Int { world.sandbox.log.requests(for: .introspection).count }
        var refreshes: Int { world.sandbox.log.requests(for: .token).count }

        /// Refreshes as another process does, once every pause is over.
        func refresh() async throws -> RefreshLine? {
            world.time.advance(by: 4000)
            return try await world.keeper().refresh(.forced(KeeperWorld.path("main/crm/acme"))).first
        }

        func lastError() async throws -> String {
            try await world.keeper().status().first?.lastError ?? ""
        }

        func audited(_ action: AuditAction) async throws -> [String] {
            try await world.keeper().vault.ownAudit().filter { $0.action == action }.map(\.reason)
        }
    }

    private static func with(
        _ habits: RefreshTokenBehaviour = RefreshTokenBehaviour(rotation: .always, introspectable: true),
        faults: [FaultRule], _ body: (World) async throws -> Void
    ) async throws {
        try await KeeperWorld.withStrict(account: "acme", refreshTokens: habits) { world in
            world.sandbox.log.clear()
            world.sandbox.faults.set(faults)
            try await body(World(world: world))
        }
    }

    @Test func `is a person's matter at once if the token was spent, and the token is not presented again`()
        async throws
    {
        try await Self.with(faults: [FaultRule(.answerLost, grantType: "refresh_token")]) { sides in
            let token = try await sides.world.refreshToken("acme")
            #expect(try await sides.refresh()?.failure != nil)
            #expect(try await sides.world.state("acme") == "indeterminate")
            _ = try await sides.refresh()
            #expect(try await sides.world.state("acme") == "needs_reauthorization")
            #expect(try await sides.lastError().contains("introspection calls its refresh token inactive"))
            _ = try await sides.refresh()
            #expect(sides.refreshes == 1 && sides.introspections == 1)
            #expect(sides.world.presented(token) == 2, "once to refresh, once to ask")
            #expect(try await sides.audited(.inquire) == ["introspection is asked about a lost answer"])
            let endings = try await sides.audited(.endRefresh)
            #expect(endings.last == "needs_reauthorization; introspection calls the refresh token inactive")
        }
    }

    /// Whether a blind repetition is allowed or not: it is none.
    @Test(arguments: [true, false])
    func `is none if the request never arrived, and the refresh goes on`(retries: Bool) async throws {
        let habits = RefreshTokenBehaviour(rotation: .always, retryAfterLostAnswer: retries, introspectable: true)
        try await Self.with(habits, faults: [FaultRule(.reset, grantType: "refresh_token")]) { sides in
            #expect(try await sides.refresh()?.failure != nil)
            #expect(try await sides.refresh()?.outcome == .refreshed)
            #expect(sides.refreshes == 2 && sides.introspections == 1)
            #expect(try await sides.world.state("acme") == "active")
            let beginnings = try await sides.audited(.beginRefresh)
            #expect(beginnings.last == "attempt 2; introspection calls the refresh token active")
            // The grant lives, and so does what it was given.
            #expect(try await sides.refresh()?.outcome == .refreshed)
            #expect(sides.introspections == 1)
        }
    }

    /// Twice in all, whatever introspection says: its word may be wrong, and a third presentation may end the grant.
    @Test func `is presented at most once more, and then a person's matter`() async throws {
        try await Self.with(faults: [FaultRule(.reset, grantType: "refresh_token", times: 0)]) { sides in
            let token = try await sides.world.refreshToken("acme")
            for _ in 1...2 {
                let unanswered = try await sides.refresh()
                #expect(unanswered?.failure != nil)
                #expect(try await sides.world.state("acme") == "indeterminate")
            }
            for _ in 1...3 {
                let ended = try await sides.refresh()
                #expect(ended?.failure != nil)
                #expect(try await sides.world.state("acme") == "needs_reauthorization")
            }
            #expect(sides.refreshes == 2 && sides.introspections == 2)
            #expect(sides.world.presented(token) == 4, "twice to refresh, twice to ask")
            #expect(try await sides.audited(.inquire).count == 2)
        }
    }

    /// A good grant is not given up since nobody could be asked, whether a blind repetition is allowed or not.
    @Test(arguments: [true, false])
    func `waits where introspection does not answer, and goes on once it does`(retries: Bool) async throws {
        let habits = RefreshTokenBehaviour(rotation: .always, retryAfterLostAnswer: retries, introspectable: true)
        let faults = [
            FaultRule(.reset, grantType: "refresh_token"),
            FaultRule(.serverError, at: .introspection, times: 2, status: 503),
        ]
        try await Self.with(habits, faults: faults) { sides in
            for asked in 0...2 {
                let unanswered = try await sides.refresh()
                #expect(unanswered?.failure != nil)
                #expect(sides.refreshes == 1 && sides.introspections == asked)
                #expect(try await sides.world.state("acme") == "indeterminate")
            }
            let answered = try await sides.refresh()
            #expect(answered?.outcome == .refreshed)
            #expect(sides.refreshes == 2 && sides.introspections == 3)
        }
    }

    @Test func `is asked about at the introspection endpoint alone, by whoever proves to be the client`() async throws {
        try await Self.with(faults: [FaultRule(.reset, grantType: "refresh_token")]) { sides in
            let token = try await sides.world.refreshToken("acme")
            _ = try await sides.refresh()
            _ = try await sides.refresh()
            let carried = sides.world.sandbox.log.requests(carrying: token)
            #expect(carried.map(\.endpoint) == [.token, .introspection, .token])
            // The server answers 401 to a client that proves nothing.
            #expect(carried.dropFirst().allSatisfy { $0.status == 200 })
        }
    }
}
