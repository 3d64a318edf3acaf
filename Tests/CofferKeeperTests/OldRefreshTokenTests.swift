// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

import CofferCredentials
import CofferOAuth
import CofferRotation
import Testing

@testable import CofferKeeper

/// The refresh token of the grant from before, of an account that was connected again: no refresh of ours spent it.
@Suite struct `The refresh token from before` {
    /// What introspection says of the present one and of the one from before, and what follows from that.
    struct Case: Sendable, CustomTestStringConvertible {
        let answers: [(Int, String)]
        let claim: String
        let result: ProofResult
        let evidence: String

        var testDescription: String { evidence }
    }

    private static let (alive, dead) = ((200, #"{"active":true}"#), (200, #"{"active":false}"#))

    @Test(arguments: [
        Case(
            answers: [alive, dead], claim: "dead", result: .proven,
            evidence: "introspection calls it inactive, and the present one active"),
        Case(
            answers: [alive, alive], claim: "dead", result: .refuted,
            evidence: "introspection calls it active; end the grant at the provider, then connect the account again"),
        // Inactive says nothing where the present one is called so, too; and the old one is not asked about.
        Case(
            answers: [dead], claim: "dead", result: .unproven,
            evidence: "introspection calls the present one inactive, too, so that its word proves nothing"),
        Case(answers: [(503, "{}")], claim: "dead", result: .unproven, evidence: "introspection: AS answered 503."),
        Case(
            answers: [alive, (503, "{}")], claim: "dead", result: .unproven,
            evidence: "introspection: AS answered 503."),
    ]) func `is dead where introspection says so and knows refresh tokens`(_ sample: Case) async throws {
        // The first two are for whose account is connected.
        let script = DescribedWorld.Script([Self.alive, Self.alive] + sample.answers)
        try await DescribedWorld.with([], over: script) {
            $0.endpoints.introspection = "https://as.example/introspect"
        } _: { keeper, time in
            try await DescribedWorld.connect(keeper, accessToken: "second", refreshToken: "r-2", at: time.now)
            let before = script.requests.count
            let proofs = try await KeeperRotationSteps(keeper: keeper).proveTokens(DescribedWorld.path)
            let proof = try #require(proofs.last)
            #expect(proof.subject == "old refresh token")
            #expect(proof.claim == sample.claim && proof.result == sample.result, "\(proof)")
            #expect(proof.evidence == sample.evidence)
            let asked = script.requests.dropFirst(before)
            #expect(asked.count == sample.answers.count)
            #expect(asked.allSatisfy { $0.hasPrefix("/introspect ") && $0.contains("token_type_hint=refresh_token") })
            #expect(script.requests.allSatisfy { !$0.hasPrefix("/token ") }, "it is presented to no token endpoint")
        }
    }

    @Test func `is not proven spent where nobody can be asked`() async throws {
        let script = DescribedWorld.Script([])
        try await DescribedWorld.with([], over: script) { _ in
        } _: { keeper, time in
            try await DescribedWorld.connect(keeper, accessToken: "second", refreshToken: "r-2", at: time.now)
            let proof = try await KeeperRotationSteps(keeper: keeper).proveTokens(DescribedWorld.path).last
            #expect(proof?.claim == "spent" && proof?.result == .unproven)
            #expect(script.requests.isEmpty)
        }
    }

    /// A thief may have used it first, who then has the next: that it has the mark of a used one says nothing of by whom.
    @Test func `is not proven spent by us where it was refused before the login`() async throws {
        let script = DescribedWorld.Script([(400, #"{"error":"invalid_grant"}"#)])
        try await DescribedWorld.with([], over: script) {
            $0.refreshTokens = RefreshTokenBehaviour(rotation: .always)
        } _: { keeper, time in
            #expect(try await keeper.refresh(.forced(DescribedWorld.path)).first?.outcome == .failed)
            try await DescribedWorld.connect(keeper, accessToken: "second", refreshToken: "r-2", at: time.now)
            let proof = try await KeeperRotationSteps(keeper: keeper).proveTokens(DescribedWorld.path).last
            #expect(proof?.subject == "old refresh token" && proof?.result == .unproven, "\(String(describing: proof))")
            #expect(proof?.evidence.hasPrefix("it was refused before the account was connected again") == true)
            #expect(script.requests.count == 1)
        }
    }

    /// A refresh that answers another token proves the old one's end only where the provider is known to end it.
    @Test(arguments: [
        (RefreshTokenBehaviour.Rotation.always, nil, ProofResult.proven), (.sometimes, nil, .unproven),
        (.unknown, nil, .unproven), (.always, true, .proven), (.sometimes, true, .refuted),
        (.sometimes, false, .proven),
    ]) func `that our own refresh replaced`(
        rotation: RefreshTokenBehaviour.Rotation, isActive: Bool?, result: ProofResult
    ) async throws {
        let pair = (200, #"{"access_token":"second","refresh_token":"r-2","expires_in":3600}"#)
        let word = isActive.map { [Self.alive, $0 ? Self.alive : Self.dead] } ?? []
        let script = DescribedWorld.Script((isActive == nil ? [] : [Self.alive]) + [pair] + word)
        try await DescribedWorld.with([], over: script) {
            $0.refreshTokens = RefreshTokenBehaviour(rotation: rotation)
            if isActive != nil { $0.endpoints.introspection = "https://as.example/introspect" }
        } _: { keeper, _ in
            #expect(try await keeper.refresh(.forced(DescribedWorld.path)).first?.outcome == .refreshed)
            let proof = try await KeeperRotationSteps(keeper: keeper).proveTokens(DescribedWorld.path).last
            #expect(proof?.result == result, "\(String(describing: proof))")
            #expect(script.requests.count { $0.contains("r-1") && $0.hasPrefix("/token ") } == 1)
        }
    }
}
