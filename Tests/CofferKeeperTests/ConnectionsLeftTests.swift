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
            #expect(report.state == .closed && report.openItems.count == 1, "\(report.text)")
            #expect(report.connections.map(\.outcome) == [.reissued, .failed], "\(report.text)")
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
            let person = ScriptedOperator([{ "made-up-new-secret" }])
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
