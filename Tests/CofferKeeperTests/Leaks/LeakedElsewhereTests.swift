// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

import CofferCredentials
import CofferOAuth
import CofferRotation
import CofferVault
import Foundation
import Testing

@testable import CofferKeeper

/// New tokens for the connection say nothing of it.
@Suite struct `A leaked access token that is not the connection's own` {
    private static let path = DescribedWorld.path
    private static let narrow = Secret("made-up-narrow")
    private static let waiting = Secret("made-up-waiting")
    private static let (dead, alive) = ((200, #"{"active":false}"#), (200, #"{"active":true}"#))

    private static func pair(_ number: Int) -> (Int, String) {
        (200, #"{"access_token":"token-\#(number)","refresh_token":"r-\#(number)","expires_in":3600}"#)
    }

    private static func introspects(_ provider: inout ProviderDescription) {
        provider.refreshTokens = RefreshTokenBehaviour(rotation: .always)
        provider.endpoints.introspection = "https://as.example/introspect"
        provider.tokenProbe = .introspection
    }

    /// Has the connection keep a narrower token, as one that was asked for.
    private static func keepNarrow(_ keeper: Keeper, at now: Date) async throws {
        let narrowing = try #require(try TokenNarrowing(scope: "less"))
        let token = NarrowedToken(
            narrowing: narrowing, accessToken: narrow, tokenType: "Bearer", scope: "less", obtainedAt: now,
            expiresAt: now.addingTimeInterval(3600))
        try await keeper.changeConnection(
            path, action: .endRefresh, reason: "made up",
            tracing: { _ in [TracedSecret(narrow, tier: .use, field: ConnectionRecord.Tag.narrowed)] },
            { record in
                record.keep(token, mintedUnder: 0)
                return true
            })
    }

    /// Seals a login that nobody has confirmed yet.
    private static func keepWaiting(_ keeper: Keeper, at now: Date) async throws {
        let (record, entry) = try await keeper.appRecord(above: path)
        let tokens = IssuedTokens(accessToken: waiting, refreshToken: Secret("r-waiting"))
        let answer = ConnectionAnswer(
            tokens: tokens, registration: try await keeper.registration(forConnecting: path), askedAt: now,
            secretEpoch: record.secretEpoch, appID: entry.id)
        _ = try await keeper.park(answer, at: path)
    }

    /// Does the one step that a string calls for, which has to be a question.
    private static func ask(_ string: Secret, _ keeper: Keeper) async throws -> Proof {
        let plan = try await keeper.leakPlan(.string(string))
        #expect(plan.steps.map(\.action) == [.ask], "\(plan.steps)")
        return try await keeper.askAboutLeaked(string, try #require(plan.steps.first))
    }

    @Test(arguments: [(false, .proven), (true, .refuted)] as [(Bool, ProofResult)])
    func `but a narrower one is asked about itself, and handed out no more`(
        lives: Bool, result: ProofResult
    ) async throws {
        // The first is for whose account is connected.
        let script = DescribedWorld.Script([Self.alive, lives ? Self.alive : Self.dead])
        try await DescribedWorld.with([], over: script, Self.introspects) { keeper, time in
            try await Self.keepNarrow(keeper, at: time.now)
            let proof = try await Self.ask(Self.narrow, keeper)
            #expect(proof.result == result && proof.subject == "leaked access token", "\(proof)")
            #expect(script.requests.count == 2, "the whole one is not replaced for its sake")
            #expect(script.requests.last?.contains("made-up-narrow") == true, "\(script.requests)")
            let record = try ConnectionRecord(try await keeper.entry(Self.path, .connection))
            #expect(record.narrowed.isEmpty && record.accessToken == Secret("first"))
        }
    }

    /// Whoever may do less is refused as whoever may do nothing.
    @Test(arguments: [(401, .unproven), (200, .refuted)] as [(Int, ProofResult)])
    func `but a narrower one is not dead because an API refuses it`(status: Int, result: ProofResult) async throws {
        let script = DescribedWorld.Script([(status, "{}"), Self.pair(2), (status, "{}")])
        try await DescribedWorld.with([], over: script) {
            $0.tokenProbe = .api(path: "https://as.example/me")
        } _: { keeper, time in
            try await Self.keepNarrow(keeper, at: time.now)
            #expect(try await Self.ask(Self.narrow, keeper).result == result)
            // Nor once another pair has taken its place.
            #expect(try await keeper.refresh(.forced(Self.path)).first?.outcome == .refreshed)
            #expect(try await Self.ask(Self.narrow, keeper).result == result)
        }
    }

    @Test func `but waits for a person is asked about itself, and its refresh token is that person's`() async throws {
        let script = DescribedWorld.Script([(401, "{}")])
        try await DescribedWorld.with([], over: script) {
            $0.tokenProbe = .api(path: "https://as.example/me")
        } _: { keeper, time in
            try await Self.keepWaiting(keeper, at: time.now)
            #expect(try await Self.ask(Self.waiting, keeper).result == .proven)
            let plan = try await keeper.leakPlan(.string(Secret("r-waiting")))
            #expect(plan.steps.map(\.action) == [.withdraw], "\(plan.steps)")
            #expect(plan.steps.first?.because.contains("do not end it") == true, "\(plan.steps)")
            #expect(script.requests.count == 1, "\(script.requests)")
        }
    }

    /// The question may stand for minutes, and an agent refreshes meanwhile.
    @Test func `any more when it is to be replaced is asked about itself`() async throws {
        let script = DescribedWorld.Script([
            Self.alive, Self.pair(2), Self.pair(3), Self.dead, Self.alive, Self.alive,
        ])
        try await DescribedWorld.with([], over: script, Self.introspects) { keeper, _ in
            let plan = try await keeper.leakPlan(.string(Secret("first")))
            #expect(plan.steps.map(\.action) == [.reissue])
            #expect(try await keeper.refresh(.forced(Self.path)).first?.outcome == .refreshed)
            let contained = try await keeper.reissueLeaked(
                Self.path, refreshTokenLeaked: false, accessTokens: [Secret("first\n")])
            #expect(contained.result == .reissued)
            #expect(
                contained.proofs.map(\.subject) == ["old access token", "new access token", "leaked access token"])
            #expect(contained.proofs.map(\.result) == [.proven, .proven, .refuted], "\(contained.proofs)")
            #expect(script.requests.last?.contains("token=first") == true, "\(script.requests)")
        }
    }

    /// Whoever may not inspect a token is told that it is inactive.
    @Test func `nor of the client that the app is now is not inspected by that one`() async throws {
        let server = ManyClientServer()
        try await DescribedWorld.with([], over: server) {
            ManyClientServer.describe(&$0)
            $0.tokenProbe = .introspection
        } _: { keeper, time in
            let id = try await keeper.openRotation(of: DescribedWorld.app)
            #expect(try await keeper.resumeRotation(id, operator: AddingOperator(server: server)).state == .closed)
            server.grant("r-again", to: "client-2")
            try await DescribedWorld.connect(keeper, accessToken: "again", refreshToken: "r-again", at: time.now)
            // Whose account it is was asked with it when it was connected, by its own client.
            let before = server.others
            #expect(try await Self.ask(Secret("first"), keeper).result == .unproven)
            #expect(server.others == before)
            // What is known to be the present client's is.
            try await Self.keepWaiting(keeper, at: time.now)
            #expect(try await Self.ask(Self.waiting, keeper).result == .proven)
        }
    }

    @Test func `of a report is asked about beside the refresh token that leaked with it`() async throws {
        try await DescribedWorld.with([]) { _ in
        } _: { keeper, _ in
            let report = try LeakReport(Secret(#"[{"Secret":"r-1"},{"Secret":"first"}]"#))
            let found = try await keeper.leakPlan(for: report)
            #expect(found.plan.steps.map(\.action) == [.reissue] && found.asked == [0: [Secret("first")]])
        }
    }
}
