// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

import CofferCredentials
import CofferOAuth
import CofferVault
import Foundation
import Testing

@testable import CofferKeeper

/// What a restore makes of the access token of a provider that forbids a blind repetition.
@Suite(.timeLimit(.minutes(1))) struct `A connection out of a backup` {
    private static let habits = RefreshTokenBehaviour(
        rotation: .always, retryAfterLostAnswer: false, introspectable: true)

    /// When the access token ends, before and after.
    private func ends(in world: KeeperWorld) async throws -> (before: Date?, after: Date?) {
        let vault = try await world.keeper().vault
        let entry = try #require(try await vault.inspect(KeeperWorld.path("main/crm/acme")))
        let appEntry = try #require(try await vault.inspect(KeeperWorld.app))
        let pair = try GrantPair(showing: entry, appEntry: appEntry)
        let fate = try await DoubtfulConnection(pair, in: vault, at: world.time.now).fate()
        guard case .doubtful(let record) = fate else {
            Issue.record("it is not doubtful")
            return (nil, nil)
        }
        return (pair.connection.expiresAt, record.expiresAt)
    }

    @Test func `keeps its access token where nobody can be asked whether its refresh token is good`() async throws {
        // This provider has no introspection, whatever is said of its refresh tokens.
        try await KeeperWorld.with(accounts: ["acme"], refreshTokens: Self.habits) { world in
            let ends = try await ends(in: world)
            let before = try #require(ends.before)
            #expect(before > world.time.now && ends.after == before)
        }
    }

    @Test func `is asked about at its next use where it can be`() async throws {
        try await KeeperWorld.withStrict(account: "acme", refreshTokens: Self.habits) { world in
            let ends = try await ends(in: world)
            #expect(ends.after == world.time.now)
        }
    }
}
