// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

import CofferCredentials
import CofferOAuth
import CofferRotation
import CofferVault
import Foundation
import Synchronization
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
            #expect(record.leaked.isEmpty)
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

    @Test func `waits for the new secret of its app's rotation, which reissues it too`() async throws {
        try await DescribedWorld.with([]) { _ in
        } _: { keeper, _ in
            let id = try await keeper.openRotation(of: DescribedWorld.app)
            do {
                _ = try await keeper.reissueLeaked(Self.path)
                Issue.record("the secret is still the one that leaked")
            } catch let error as KeeperError {
                #expect(error.code == .busy, "\(error.message)")
                #expect(error.message.hasSuffix("is not replaced yet; go on with it: coffer rotate resume \(id)"))
            }
            await #expect(throws: KeeperError(.busy, "")) { try await keeper.endLeakedGrant(Self.path) }
            await #expect(throws: KeeperError(.busy, "")) { try await keeper.previewRotation(of: DescribedWorld.app) }
            let plan = try await keeper.leakPlan(.string(Secret("secret")))
            #expect(plan.steps.map(\.action) == [.finish])
        }
    }

    @Test func `stays known to a rotation that is opened while it is replaced`() async throws {
        let network = InterruptedTransport(DescribedWorld.Script([Self.pair]))
        try await DescribedWorld.with([], over: network) { _ in
        } _: { keeper, _ in
            network.interrupt { _ = try? await keeper.openRotation(of: DescribedWorld.app) }
            #expect(try await keeper.reissueLeaked(Self.path).result == .reissued)
            #expect(try await keeper.openRotations(of: DescribedWorld.app).count == 1)
            let record = try ConnectionRecord(try await keeper.entry(Self.path, .connection))
            #expect(record.leaked.contains(Secret("first")))
        }
    }
}

/// A network that has something else done before it sends its next request.
private final class InterruptedTransport: HTTPTransport {
    private let network: any HTTPTransport
    private let deed = Mutex<(@Sendable () async -> Void)?>(nil)

    init(_ network: any HTTPTransport) { self.network = network }

    func interrupt(_ deed: @escaping @Sendable () async -> Void) { self.deed.withLock { $0 = deed } }

    func send(_ request: HTTPMessage, deadline: Duration) async -> TransportOutcome {
        let deed = deed.withLock { deed in
            defer { deed = nil }
            return deed
        }
        await deed?()
        return await network.send(request, deadline: deadline)
    }
}
