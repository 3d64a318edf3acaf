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

/// What passes by itself keeps a rotation open; what needs a person does not.
@Suite struct `Connections that a rotation could not reach` {
    private static let acme = KeeperWorld.path("main/crm/acme")

    /// A leak rotation that is open, of two accounts of which the one can't be refreshed until the network is mended.
    ///
    /// - Parameter body: gets the world, the process, its network, and what goes on with the rotation, with answers or without.
    /// - Throws: what the body throws.
    private static func with(
        _ body: (KeeperWorld, Keeper, BreakableTransport, (_ withoutAnswers: Bool) async throws -> RotationReport)
            async throws -> Void
    ) async throws {
        try await KeeperWorld.with(accounts: ["acme", "birch"]) { world in
            let refreshToken = try await world.refreshToken("birch")
            let network = BreakableTransport(world.transport)
            let keeper = try await world.keeper(transport: network)
            let id = try await keeper.openRotation(of: KeeperWorld.app)
            network.fail { body in body.contains(refreshToken) }
            let person = ClickingOperator(sandbox: world.sandbox)
            try await body(world, keeper, network) {
                try await keeper.resumeRotation(id, operator: person, withoutAnswers: $0)
            }
        }
    }

    @Test func `keep it open, with the old secret, until they have new tokens`() async throws {
        try await Self.with { world, keeper, network, resume in
            let refreshToken = try await world.refreshToken("birch")
            for _ in 0..<2 {
                let report = try await resume(false)
                #expect(report.state == .stopped && report.stopReason == .connectionsLeft, "\(report.text)")
                #expect(report.connections.map(\.outcome) == [.reissued, .pending], "\(report.text)")
                #expect(report.proofs.contains { $0.connection == Self.acme }, "what has new tokens is asked about")
                let record = try await keeper.appRecord(above: Self.acme).record
                #expect(record.retiredSecret != nil && record.frozenBy == nil)
                #expect(try await world.state("birch") == "tainted")
            }
            network.mend()
            let report = try await resume(false)
            #expect(report.state == .closed && report.openItems.isEmpty, "\(report.text)")
            #expect(!report.closedUnproven, "\(report.text)")
            #expect(world.presented(refreshToken) == 1)
            #expect(try await keeper.appRecord(above: Self.acme).record.retiredSecret == nil)
        }
    }

    @Test func `don't keep it open once somebody says that they are left as they are`() async throws {
        try await Self.with { _, keeper, network, resume in
            #expect(try await resume(false).stopReason == .connectionsLeft)
            let report = try await resume(true)
            // That it has no new tokens, and that its old one lives.
            #expect(report.state == .closed && report.openItems.count == 2, "\(report.text)")
            #expect(report.connections.map(\.outcome) == [.reissued, .failed], "\(report.text)")
            #expect(report.connections.map(\.tokens) == [.proven, .refuted], "\(report.text)")
            // Nothing of it was lost: it comes back by itself.
            network.mend()
            #expect(try await keeper.refresh(.forced(KeeperWorld.path("main/crm/birch"))).first?.outcome == .refreshed)
        }
    }

    @Test func `don't keep it open once they are removed`() async throws {
        try await Self.with { _, keeper, _, resume in
            #expect(try await resume(false).stopReason == .connectionsLeft)
            _ = try await keeper.remove(KeeperWorld.path("main/crm/birch"))
            let report = try await resume(false)
            #expect(report.state == .closed, "\(report.text)")
            #expect(report.connections.map(\.outcome) == [.reissued, .needsPerson], "\(report.text)")
            // Nobody has its old token any more to ask with.
            #expect(report.connections.map(\.tokens) == [.proven, .unproven], "\(report.text)")
        }
    }

    /// Whatever is said of the others, nobody knows whether the token of this one is dead.
    @Test func `and those that are removed after their reissue leave something unproven`() async throws {
        try await KeeperWorld.with(accounts: ["acme"]) { world in
            let keeper = try await world.keeper()
            let id = try await keeper.openRotation(of: KeeperWorld.app)
            let person = ClickingOperator(sandbox: world.sandbox)
            try await `A rotation that brings another client id`.run(id, until: "reissued", keeper, person)
            _ = try await keeper.remove(Self.acme)
            let report = try await keeper.resumeRotation(id, operator: person)
            #expect(report.state == .closed && report.openItems.isEmpty, "\(report.text)")
            #expect(report.closedUnproven, "\(report.text)")
            let asked = report.proofs.filter { $0.connection == Self.acme }.map(\.proof)
            #expect(asked.map(\.subject) == ["old access token"], "\(report.text)")
            #expect(asked.map(\.result) == [.unproven], "\(report.text)")
        }
    }

    @Test func `can be contained by themselves while it is open, and it has its proofs all the same`() async throws {
        try await Self.with { world, keeper, network, resume in
            let birch = KeeperWorld.path("main/crm/birch")
            // Whoever has the secret would mint anew what is ended now.
            await #expect(throws: KeeperError(.busy, "")) { try await keeper.reissueLeaked(birch) }
            #expect(try await resume(false).stopReason == .connectionsLeft)
            network.mend()
            let contained = try await keeper.reissueLeaked(birch)
            #expect(contained.result == .reissued)
            #expect(contained.proofs.map(\.result) == [.proven, .proven, .proven], "\(contained.proofs)")
            #expect(try await world.state("birch") == "active")
            let report = try await resume(false)
            #expect(report.state == .closed && report.openItems.isEmpty && !report.closedUnproven, "\(report.text)")
            let asked = report.proofs.filter { $0.connection == birch && $0.proof.subject == "old access token" }
            #expect(asked.map(\.proof.result) == [.proven], "\(report.text)")
            let record = try ConnectionRecord(try await keeper.entry(birch, .connection))
            #expect(record.leaked.isEmpty)
        }
    }

    @Test func `keep no other waiting whose tokens from the new secret have leaked since`() async throws {
        try await Self.with { world, keeper, network, resume in
            #expect(try await resume(false).stopReason == .connectionsLeft)
            let since = try await world.token("acme")
            let contained = try await keeper.reissueLeaked(Self.acme)
            // The one from before the rotation, which was kept, and the one that leaked since.
            let old = contained.proofs.filter { $0.subject == "old access token" }
            #expect(old.map(\.result) == [.proven], "\(contained.proofs)")
            #expect(old.first?.evidence.hasPrefix("each of 2 was asked about") == true, "\(contained.proofs)")
            #expect(try await world.token("acme") != since)
            network.mend()
            let report = try await resume(false)
            #expect(report.state == .closed && report.openItems.isEmpty, "\(report.text)")
            let record = try ConnectionRecord(try await keeper.entry(Self.acme, .connection))
            #expect(record.leaked.isEmpty)
        }
    }

    @Test func `keep the old secret in force where nothing leaked`() async throws {
        let server = TwoSecretServer()
        try await DescribedWorld.with([], over: server, TwoSecretServer.describe) { keeper, _ in
            server.fail(.silent)
            let id = try await keeper.openRotation(of: DescribedWorld.app, mode: .planned)
            let person = SecondSecretOperator(server: server, secret: "made-up-second-secret", removes: "secret")
            let report = try await keeper.resumeRotation(id, operator: person)
            #expect(report.stopReason == .connectionsLeft, "\(report.text)")
            #expect(server.accepted == ["secret", "made-up-second-secret"])
            server.fail(nil)
            #expect(try await keeper.resumeRotation(id, operator: person).state == .closed)
            #expect(server.accepted == ["made-up-second-secret"])
        }
    }

    // MARK: - What a refusal says

    /// A refused token is told as a theft where it should have outlived the secret; where it could not, no thief is needed.
    @Test(
        arguments: [(nil, false, true), (true, false, true), (false, false, false), (nil, true, false)]
            as [(Bool?, Bool, Bool)])
    func `or that were refused are told as stolen only where grants outlive the secret`(
        survives: Bool?, changesClientID: Bool, isTheft: Bool
    ) async throws {
        try await DescribedWorld.with([(400, #"{"error":"invalid_grant"}"#)]) {
            $0.secretFacts = SecretFacts(tokensSurvive: survives)
            $0.secretReplacement = .operator(
                OperatorInstructions(title: "made up", steps: ["click"], changesClientID: changesClientID))
        } _: { keeper, _ in
            let id = try await keeper.openRotation(of: DescribedWorld.app)
            let person = TellingOperator(id: "client-1", secret: "made-up-new-secret")
            let report = try await keeper.resumeRotation(id, operator: person)
            #expect(report.state == .closed, "\(report.text)")
            let connection = try #require(report.connections.first)
            #expect(connection.outcome == .needsPerson)
            let reason = try #require(connection.reason)
            #expect(reason.contains("may have used the refresh token first") == isTheft, "\(reason)")
            #expect(reason.contains("ends grants with the client_secret") == !isTheft, "\(reason)")
            #expect(reason.contains("onnect the account again"), "\(reason)")
        }
    }
}
