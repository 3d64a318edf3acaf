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
            evidence: "introspection calls it active: withdraw the grant from before at the provider"),
        // Inactive says nothing where the present one is called so, too; and the old one is not asked about.
        Case(
            answers: [dead], claim: "dead", result: .unproven,
            evidence: "introspection does not know refresh tokens: it calls the present one inactive, too"),
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
}
