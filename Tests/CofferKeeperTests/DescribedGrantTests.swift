// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

import CofferCredentials
import CofferOAuth
import CofferSQLite
import CofferVault
import Foundation
import Synchronization
import Testing

@testable import CofferKeeper

/// What a description says of grants, as far as the vault has to keep it.
@Suite struct `A grant as its provider is described` {
    @Test func `ends with its provider's longest age, which is shown before, and told after`() async throws {
        let refusal = (400, #"{"error":"invalid_grant"}"#)
        let pair = (200, #"{"access_token":"second","refresh_token":"r-2","expires_in":3600}"#)
        try await DescribedWorld.with([pair, refusal]) {
            $0.lifetimes.absolute = .seconds(90 * 86_400)
        } _: { keeper, time in
            let end = time.now.addingTimeInterval(90 * 86_400)
            let shown = try await keeper.status().first?.grantEndsAt
            #expect(shown == end)
            // A refresh prolongs it by nothing.
            time.advance(by: 86_400)
            _ = try await keeper.refresh(.forced(DescribedWorld.path))
            let later = try await keeper.status().first?.grantEndsAt
            #expect(later == end)
            time.advance(by: 90 * 86_400)
            _ = try await keeper.refresh(.forced(DescribedWorld.path))
            let view = try #require(try await keeper.status().first)
            #expect(view.state == "needs_reauthorization")
            #expect(view.lastError?.contains("time was over") == true, "\(view.lastError ?? "")")
        }
    }

    @Test func `keeps the authorization server that its answers name, and shows it`() async throws {
        let moved = (200, #"{"access_token":"second","refresh_token":"r-2","server":"https://b.as.example/rest/"}"#)
        let silent = (200, #"{"access_token":"third","refresh_token":"r-3"}"#)
        let foreign = (200, #"{"access_token":"fourth","refresh_token":"r-4","server":"https://other.example/"}"#)
        try await DescribedWorld.with([moved, silent, foreign]) {
            $0.serverField = "server"
        } _: { keeper, _ in
            let first = try await keeper.pair(DescribedWorld.path).registration.server
            #expect(first == nil)
            for _ in 1...3 {
                _ = try await keeper.refresh(.forced(DescribedWorld.path))
                let server = try await keeper.pair(DescribedWorld.path).registration.server
                #expect(server == "b.as.example")
            }
            let shown = try await keeper.status().first?.server
            #expect(shown == "https://b.as.example")
        }
    }

    @Test func `has no end where none is described`() async throws {
        try await DescribedWorld.with([]) { _ in
        } _: { keeper, _ in
            let end = try await keeper.status().first?.grantEndsAt
            #expect(end == nil)
        }
    }

    /// The refresh token is saved whatever else is wrong; the access token from before may live or be dead.
    @Test(arguments: [true, false, nil])
    func `keeps its access token when only a refresh token came, where that one lives on`(_ survives: Bool?)
        async throws
    {
        try await DescribedWorld.with([(200, #"{"refresh_token":"r-2"}"#)]) {
            $0.refreshTokens = RefreshTokenBehaviour(rotation: .always, accessSurvivesRefresh: survives)
        } _: { keeper, _ in
            _ = try await keeper.refresh(.forced(DescribedWorld.path))
            let connection = try await keeper.pair(DescribedWorld.path).connection
            #expect(connection.refreshToken == Secret("r-2"))
            #expect(connection.accessToken == (survives == true ? Secret("first") : nil))
        }
    }
}
