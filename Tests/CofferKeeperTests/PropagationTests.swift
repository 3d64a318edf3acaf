// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

import CofferCredentials
import CofferOAuth
import CofferRotation
import CofferVault
import Foundation
import Testing

@testable import CofferKeeper

/// Auth0 says that a new secret may take up to 30 s.
@Suite struct `A secret whose change takes its time at the provider` {
    private static let credential = KeeperWorld.path("main/admin-token")

    private static func rotate(_ server: PropagatingServer) async throws -> RotationReport {
        let reports = Reports()
        try await DescribedWorld.with([], over: server, PropagatingServer.describe) { keeper, _ in
            try await keeper.put(credential, Secret(PropagatingServer.token))
            _ = try await keeper.setAPI(
                of: DescribedWorld.app, "auth0", at: "https://tenant.example", credential: credential)
            let id = try await keeper.openRotation(of: DescribedWorld.app)
            await reports.add(try await keeper.resumeRotation(id, operator: ScriptedOperator(isPresent: false, [])))
        }
        return try #require(await reports.all.first)
    }

    /// The rotation in which a person makes the new secret, of a provider whose description says how long a change takes, or of one
    /// whose API the plan names.
    private static func rotateByHand(_ server: PropagatingServer, isDescribed: Bool) async throws -> RotationReport {
        let reports = Reports()
        let describe = { (provider: inout ProviderDescription) in
            PropagatingServer.describe(&provider)
            if isDescribed { provider.secretFacts = SecretFacts(propagation: .seconds(30)) }
        }
        try await DescribedWorld.with([], over: server, describe) { keeper, _ in
            if !isDescribed {
                try await keeper.put(credential, Secret(PropagatingServer.token))
                _ = try await keeper.setAPI(
                    of: DescribedWorld.app, "auth0", at: "https://tenant.example", credential: credential)
            }
            let id = try await keeper.openRotation(of: DescribedWorld.app)
            let person = ScriptedOperator([
                {
                    server.click()
                    return PropagatingServer.new
                }
            ])
            await reports.add(try await keeper.resumeRotation(id, operator: person, byHand: !isDescribed))
        }
        return try #require(await reports.all.first)
    }

    private actor Reports {
        private(set) var all: [RotationReport] = []
        func add(_ report: RotationReport) { all.append(report) }
    }

    @Test func `is asked about again until both proofs hold`() async throws {
        let server = PropagatingServer(refusals: 2, echoes: 3)
        let report = try await Self.rotate(server)
        #expect(report.state == .closed, "\(report.text)")
        // The old one once more when the time is over.
        #expect(server.asked == [PropagatingServer.new: 3, PropagatingServer.old: 5])
        #expect(server.strangers.isEmpty)
    }

    @Test func `counts as alive when the time is over`() async throws {
        let server = PropagatingServer(refusals: 0, echoes: 100)
        let report = try await Self.rotate(server)
        #expect(report.stopReason == .oldSecretAccepted, "\(report.text)")
        // At once, and then every 5 s for 30 s.
        #expect(server.asked[PropagatingServer.old] == 7)
    }

    @Test func `is not dead because one node refuses it`() async throws {
        let server = PropagatingServer(refusals: 0, echoes: 0, lateEchoes: 1)
        let report = try await Self.rotate(server)
        #expect(report.stopReason == .oldSecretAccepted, "\(report.text)")
        #expect(server.asked[PropagatingServer.old] == 2)
    }

    @Test(arguments: [true, false])
    func `is asked about again as well where a person pasted it`(isDescribed: Bool) async throws {
        let server = PropagatingServer(refusals: 2, echoes: 3)
        let report = try await Self.rotateByHand(server, isDescribed: isDescribed)
        #expect(report.state == .closed, "\(report.text)")
        #expect(server.asked == [PropagatingServer.new: 3, PropagatingServer.old: 5])
    }

    @Test(arguments: [true, false])
    func `counts as alive when the time is over, where a person pasted the new one`(isDescribed: Bool) async throws {
        let server = PropagatingServer(refusals: 0, echoes: 100)
        let report = try await Self.rotateByHand(server, isDescribed: isDescribed)
        #expect(report.stopReason == .oldSecretAccepted, "\(report.text)")
        #expect(server.asked[PropagatingServer.old] == 7)
    }

    @Test func `is changed with the token of a connection, if that is the API's credential`() async throws {
        let server = PropagatingServer(refusals: 0, echoes: 0)
        try await DescribedWorld.with([], over: server, PropagatingServer.describe) { keeper, time in
            let own = KeeperWorld.path("main/administrator/self")
            var new = NewApp(clientID: "made-up-administrator")
            new.provider = try await keeper.registration(forConnecting: DescribedWorld.path).provider
            new.clientSecret = Secret("made-up-administrators-secret")
            _ = try await keeper.addApp(KeeperWorld.path("main/administrator"), new)
            let (record, entry) = try await keeper.appRecord(above: own)
            let tokens = IssuedTokens(
                accessToken: Secret(PropagatingServer.token), expiresAt: time.now.addingTimeInterval(3600))
            let answer = ConnectionAnswer(
                tokens: tokens, registration: try await keeper.registration(forConnecting: own), askedAt: time.now,
                secretEpoch: record.secretEpoch, appID: entry.id)
            _ = try await keeper.confirm(try await keeper.park(answer, at: own))
            _ = try await keeper.setAPI(of: DescribedWorld.app, "auth0", at: "https://tenant.example", credential: own)
            let id = try await keeper.openRotation(of: DescribedWorld.app)
            let report = try await keeper.resumeRotation(id, operator: ScriptedOperator(isPresent: false, []))
            #expect(report.state == .closed, "\(report.text)")
            #expect(server.strangers.isEmpty)
        }
    }
}
