// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

import CofferCredentials
import CofferOAuth
import CofferRotation
import CofferVault
import Foundation
import Testing

@testable import CofferKeeper

@Suite struct `Tokens that leaked one after the other` {
    private static let now = Date(timeIntervalSince1970: 1_790_000_000)

    private static func token(_ name: String, key: Secret? = nil, endsIn life: TimeInterval? = nil)
        -> LeakedTokens.Token
    {
        LeakedTokens.Token(
            accessToken: Secret("made-up-\(name)"), proofKey: key, expiresAt: life.map { now.addingTimeInterval($0) })
    }

    private static func kept(_ tokens: [LeakedTokens.Token]) -> LeakedTokens {
        var kept = LeakedTokens()
        for token in tokens { kept.keep(token, at: now) }
        return kept
    }

    // MARK: - As they are kept

    @Test func `are read as they were written, each with its own key and end`() throws {
        let key = Secret("made-up-key")
        let written = Self.kept([Self.token("a", key: key), Self.token("b", endsIn: 60)])
        let read = try LeakedTokens(written.encoded(), first: Secret("made-up-a"), boundTo: nil)
        #expect(read == written && read.tokens.count == 2)
        #expect(LeakedTokens().encoded() == nil)
    }

    @Test func `are those that an older program knows of, whatever it left beside them`() throws {
        let (first, key) = (Secret("made-up-a"), Secret("made-up-key"))
        let older = try LeakedTokens(nil, first: first, boundTo: key)
        #expect(older.tokens == [Self.token("a", key: key)])
        let stale = Self.kept([Self.token("x"), Self.token("y")]).encoded()
        #expect(try LeakedTokens(stale, first: first, boundTo: key) == older)
        #expect(try LeakedTokens(stale, first: nil, boundTo: nil).isEmpty)
    }

    @Test func `are kept once, and without what has ended meanwhile, but for the first`() {
        var kept = Self.kept([Self.token("a", endsIn: 5), Self.token("b", endsIn: 5), Self.token("a")])
        #expect(kept.tokens.count == 2)
        kept.keep(Self.token("c"), at: Self.now.addingTimeInterval(6))
        #expect(kept.tokens.map(\.accessToken) == [Secret("made-up-a"), Secret("made-up-c")])
        #expect(!kept.isIncomplete)
    }

    @Test func `are no more than there is room for, and that there were more is known`() throws {
        let kept = Self.kept((0...LeakedTokens.capacity).map { Self.token("\($0)") })
        #expect(kept.tokens.count == LeakedTokens.capacity && kept.isIncomplete)
        #expect(kept.contains(Secret("made-up-0")) && !kept.contains(Secret("made-up-1")))
        #expect(try LeakedTokens(kept.encoded(), first: Secret("made-up-0"), boundTo: nil).isIncomplete)
    }

    // MARK: - As they are asked about

    /// An agent refreshes between the taint and the freeze where readers are served: whoever stole the secret may have either.
    @Test(arguments: [(401, .proven), (200, .refuted), (503, .unproven)] as [(Int, ProofResult)])
    func `are all revoked and asked about once their account has new tokens`(
        status: Int, result: ProofResult
    ) async throws {
        let script = DescribedWorld.Script([
            (200, #"{"access_token":"second","refresh_token":"r-2","expires_in":3600}"#),
            (200, #"{"access_token":"third","refresh_token":"r-3","expires_in":3600}"#),
            (200, ""), (200, ""), (401, "{}"), (status, "{}"), (200, "{}"),
        ])
        try await DescribedWorld.with([], over: script) {
            $0.refreshTokens = RefreshTokenBehaviour(rotation: .always)
            $0.endpoints.revocation = "https://as.example/revoke"
            $0.revocationReach = .token
            $0.tokenProbe = .api(path: "https://as.example/me")
        } _: { keeper, _ in
            let id = try await keeper.openRotation(of: DescribedWorld.app, taint: .serve)
            #expect(try await keeper.refresh(.forced(DescribedWorld.path)).first?.outcome == .refreshed)
            let person = ScriptedOperator([{ "made-up-new-secret" }])
            let report = try await keeper.resumeRotation(id, operator: person)
            #expect(report.connections.map(\.outcome) == [.reissued], "\(report.text)")
            #expect(report.connections.map(\.tokens) == [result], "\(report.text)")
            let revoked = script.requests.filter { $0.hasPrefix("/revoke ") }
            #expect(revoked.count == 2 && revoked[0].contains("first") && revoked[1].contains("second"), "\(revoked)")
            #expect(script.requests.count == 7, "\(script.requests)")
            let record = try ConnectionRecord(try await keeper.entry(DescribedWorld.path, .connection))
            #expect(record.leaked.isEmpty)
        }
    }

    @Test func `are unproven where there were more than are kept, whatever is said of those`() async throws {
        try await DescribedWorld.with([(Int, String)](repeating: (401, "{}"), count: LeakedTokens.capacity)) {
            $0.tokenProbe = .api(path: "https://as.example/me")
        } _: { keeper, _ in
            let kept = Self.kept((0...LeakedTokens.capacity).map { Self.token("\($0)") })
            let pair = try await keeper.pair(DescribedWorld.path)
            let proof = try await KeeperRotationSteps(keeper: keeper).proofOfDeath(of: kept, pair)
            #expect(proof.result == .unproven && proof.evidence.contains("more than are kept"), "\(proof)")
        }
    }
}
