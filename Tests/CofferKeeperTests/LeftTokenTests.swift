// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

import CofferCredentials
import CofferOAuth
import CofferRotation
import CofferSandbox
import CofferVault
import Foundation
import Testing

@testable import CofferKeeper

/// Whoever stole it has it until the person comes, so that the provider is asked what it is still worth.
@Suite struct `The old token of an account that a rotation leaves to a person` {
    @Test func `is asked about, and no refresh token is presented for that`() async throws {
        try await KeeperWorld.with(accounts: ["acme", "birch"]) { world in
            let acme = KeeperWorld.path("main/crm/acme")
            let refreshToken = try await world.refreshToken("acme")
            try world.sandbox.revokeAccess(of: "acme")
            let keeper = try await world.keeper()
            let id = try await keeper.openRotation(of: KeeperWorld.app)
            let report = try await keeper.resumeRotation(id, operator: ClickingOperator(sandbox: world.sandbox))
            #expect(report.state == .closed && report.closedUnproven, "\(report.text)")
            let proofs = report.proofs.filter { $0.connection == acme }.map(\.proof)
            #expect(proofs.map(\.subject) == ["old access token"], "\(report.text)")
            #expect(proofs.map(\.result) == [.proven] && proofs.map(\.claim) == ["dead"], "\(report.text)")
            #expect(proofs.first?.evidence.contains("refused the token") == true, "\(report.text)")
            #expect(report.openItems.count == 1, "\(report.text)")
            #expect(world.presented(refreshToken) == 1)
        }
    }

    @Test(arguments: [(200, .refuted), (401, .proven), (503, .unproven)] as [(Int, ProofResult)])
    func `is what the provider's API says, and what lives is left to that person as well`(
        status: Int, result: ProofResult
    ) async throws {
        let script = DescribedWorld.Script([(400, #"{"error":"invalid_grant"}"#), (status, "{}")])
        try await DescribedWorld.with([], over: script) {
            $0.tokenProbe = .api(path: "https://as.example/me")
        } _: { keeper, _ in
            let id = try await keeper.openRotation(of: DescribedWorld.app)
            let report = try await keeper.resumeRotation(
                id, operator: ScriptedOperator([{ "made-up-new-secret" }]))
            #expect(report.state == .closed && report.closedUnproven, "\(report.text)")
            #expect(report.connections.map(\.outcome) == [.needsPerson], "\(report.text)")
            #expect(report.connections.map(\.tokens) == [result], "\(report.text)")
            #expect(report.openItems.count == (result == .refuted ? 2 : 1), "\(report.text)")
            let paths = script.requests.map { $0.prefix { $0 != " " } }
            #expect(paths == ["/token", "/me"], "\(script.requests)")
        }
    }

    @Test(
        arguments: [([401, 200], .refuted), ([200, 401], .refuted), ([401, 401], .proven)] as [([Int], ProofResult)])
    func `is that which lives, where it was refreshed with the old secret after the taint`(
        statuses: [Int], result: ProofResult
    ) async throws {
        let answers = [(400, #"{"error":"invalid_grant"}"#)] + statuses.map { ($0, "{}") }
        try await DescribedWorld.with(answers) {
            $0.tokenProbe = .api(path: "https://as.example/me")
        } _: { keeper, time in
            let id = try await keeper.openRotation(of: DescribedWorld.app)
            // As a refresh leaves it that comes between the taint and the freeze.
            try await keeper.changeConnection(DescribedWorld.path, action: .rotate, reason: "made up") { record in
                guard let present = record.presentToken else { return false }
                record.leaked.keep(present, at: time.now)
                record.accessToken = Secret("made-up-second-access")
                return true
            }
            let report = try await keeper.resumeRotation(
                id, operator: ScriptedOperator([{ "made-up-new-secret" }]))
            #expect(report.connections.map(\.outcome) == [.needsPerson], "\(report.text)")
            #expect(report.connections.map(\.tokens) == [result], "\(report.text)")
        }
    }

    @Test func `is unproven where the provider has no way to ask`() async throws {
        try await DescribedWorld.with([(400, #"{"error":"invalid_grant"}"#)]) { _ in
        } _: { keeper, _ in
            let id = try await keeper.openRotation(of: DescribedWorld.app)
            let report = try await keeper.resumeRotation(
                id, operator: ScriptedOperator([{ "made-up-new-secret" }]))
            #expect(report.connections.map(\.tokens) == [.unproven], "\(report.text)")
            let proof = try #require(report.proofs.last)
            #expect(proof.connection == DescribedWorld.path && proof.proof.evidence.contains("no known way"))
        }
    }

    /// Whoever may not inspect a token is told that it is inactive.
    @Test func `is not inspected by another client, to which that would say nothing`() async throws {
        let server = ManyClientServer()
        try await DescribedWorld.with([], over: server) {
            ManyClientServer.describe(&$0)
            $0.tokenProbe = .introspection
        } _: { keeper, _ in
            let before = server.others.count
            let id = try await keeper.openRotation(of: DescribedWorld.app)
            let report = try await keeper.resumeRotation(id, operator: AddingOperator(server: server))
            #expect(report.connections.map(\.outcome) == [.needsPerson], "\(report.text)")
            #expect(report.connections.map(\.tokens) == [.unproven], "\(report.text)")
            #expect(server.others.count == before, "\(server.others)")
        }
    }

    @Test func `is kept to be asked about where the account is connected again first`() async throws {
        let script = DescribedWorld.Script([(401, "{}"), (200, "{}")])
        try await DescribedWorld.with([], over: script) {
            $0.tokenProbe = .api(path: "https://as.example/me")
        } _: { keeper, time in
            let id = try await keeper.openRotation(of: DescribedWorld.app)
            let person = ScriptedOperator([{ "made-up-new-secret" }])
            try await `A rotation that brings another client id`.run(id, until: "switched", keeper, person)
            try await DescribedWorld.connect(keeper, accessToken: "second", refreshToken: "r-2", at: time.now)
            let report = try await keeper.resumeRotation(id, operator: person)
            #expect(report.state == .closed, "\(report.text)")
            #expect(report.connections.map(\.outcome) == [.reissued], "\(report.text)")
            let proofs = report.proofs.filter { $0.connection == DescribedWorld.path }.map(\.proof)
            #expect(proofs.prefix(2).map(\.subject) == ["old access token", "new access token"])
            #expect(proofs.prefix(2).map(\.result) == [.proven, .proven], "\(report.text)")
            let record = try ConnectionRecord(try await keeper.entry(DescribedWorld.path, .connection))
            #expect(record.leaked.isEmpty)
        }
    }
}
