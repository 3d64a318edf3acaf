// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

import CofferCredentials
import CofferOAuth
import CofferRotation
import CofferVault
import Foundation
import Testing

@testable import CofferKeeper

@Suite struct `A leaked token of a connection` {
    private static let path = DescribedWorld.path
    private static let pair = (200, #"{"access_token":"second","refresh_token":"r-2","expires_in":3600}"#)

    @Test func `whose refresh tokens are replaced is spent by a refresh, and the old one is asked about`() async throws
    {
        let (dead, alive) = ((200, #"{"active":false}"#), (200, #"{"active":true}"#))
        // The first is for whose account is connected.
        let script = DescribedWorld.Script([alive, Self.pair, dead, alive])
        try await DescribedWorld.with([], over: script) {
            $0.refreshTokens = RefreshTokenBehaviour(rotation: .always)
            $0.endpoints.introspection = "https://as.example/introspect"
            $0.tokenProbe = .introspection
        } _: { keeper, _ in
            let plan = try await keeper.leakPlan(.string(Secret("r-1")))
            #expect(plan.steps.map(\.action) == [.reissue] && plan.steps.first?.field == "refresh_token")
            #expect(script.requests.count == 1, "a plan asks nobody")
            let contained = try await keeper.reissueLeaked(Self.path)
            #expect(contained.result == .reissued)
            #expect(contained.proofs.map(\.result) == [.proven, .proven, .proven], "\(contained.proofs)")
            #expect(contained.proofs.map(\.subject) == ["old access token", "new access token", "old refresh token"])
            #expect(
                script.requests.count { $0.contains("r-1") } == 1, "the leaked refresh token went out once, to be spent"
            )
            let record = try ConnectionRecord(try await keeper.entry(Self.path, .connection))
            #expect(record.leakedAccessToken == nil)
        }
    }

    @Test func `that the provider gives back again is told as not spent`() async throws {
        let same = (200, #"{"access_token":"second","refresh_token":"r-1","expires_in":3600}"#)
        try await DescribedWorld.with([same, same]) { _ in
        } _: { keeper, _ in
            let contained = try await keeper.reissueLeaked(Self.path)
            #expect(contained.proofs.last?.result == .refuted)
            #expect(contained.proofs.last?.evidence.contains("end the grant there") == true)
            // Where only the access token leaked, the refresh token is nobody's concern.
            let other = try await keeper.reissueLeaked(Self.path, refreshTokenLeaked: false)
            #expect(other.proofs.allSatisfy { $0.subject != "old refresh token" })
        }
    }

    @Test func `whose refresh tokens are never replaced has its grant ended, and then waits for a person`() async throws
    {
        let script = DescribedWorld.Script([(200, "")])
        try await DescribedWorld.with([], over: script) {
            $0.refreshTokens = RefreshTokenBehaviour(rotation: .never)
            $0.endpoints.revocation = "https://as.example/revoke"
        } _: { keeper, _ in
            #expect(try await keeper.leakPlan(.string(Secret("first"))).steps.map(\.action) == [.reissue])
            let plan = try await keeper.leakPlan(.string(Secret("r-1")))
            #expect(plan.steps.map(\.action) == [.endGrant])
            #expect(plan.steps.first?.steps.last == "Connect the account again: coffer connect \(Self.path)")
            let contained = try await keeper.endLeakedGrant(Self.path)
            #expect(contained.proofs.map(\.result) == [.proven])
            #expect(contained.result.name == "needs_person")
            #expect(script.requests.count == 1 && script.requests[0].hasPrefix("/revoke "), "\(script.requests)")
            #expect(try await keeper.status().first?.state == "needs_reauthorization")
        }
    }

    @Test func `of a provider that can't be asked to end a grant stays as it is until a person did`() async throws {
        let script = DescribedWorld.Script([])
        try await DescribedWorld.with([], over: script) {
            $0.refreshTokens = RefreshTokenBehaviour(rotation: .never)
        } _: { keeper, _ in
            let plan = try await keeper.leakPlan(.connection(Self.path))
            #expect(plan.steps.first?.action == .endGrant && plan.steps.first?.steps.count == 2)
            let contained = try await keeper.endLeakedGrant(Self.path)
            #expect(contained.result.reason?.contains("end the grant at AS") == true)
            #expect(script.requests.isEmpty)
            #expect(try await keeper.status().first?.state == "active")
        }
    }

    @Test func `that cannot be refreshed now is a result, and can be tried again`() async throws {
        let script = DescribedWorld.Script([(503, "{}"), Self.pair])
        try await DescribedWorld.with([], over: script) { _ in
        } _: { keeper, _ in
            let (first, second) = (
                try await keeper.reissueLeaked(Self.path), try await keeper.reissueLeaked(Self.path)
            )
            #expect(first.result.name == "failed" && second.result == .reissued)
        }
    }

    @Test func `waits for its app's rotation, which reissues it too`() async throws {
        try await DescribedWorld.with([]) { _ in
        } _: { keeper, _ in
            _ = try await keeper.openRotation(of: DescribedWorld.app)
            await #expect(throws: KeeperError(.busy, "")) { try await keeper.reissueLeaked(Self.path) }
            await #expect(throws: KeeperError(.busy, "")) { try await keeper.endLeakedGrant(Self.path) }
            await #expect(throws: KeeperError(.busy, "")) { try await keeper.previewRotation(of: DescribedWorld.app) }
            let plan = try await keeper.leakPlan(.string(Secret("secret")))
            #expect(plan.steps.map(\.action) == [.finish])
        }
    }
}
