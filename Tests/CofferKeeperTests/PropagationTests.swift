// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

import CofferCredentials
import CofferRotation
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

    private actor Reports {
        private(set) var all: [RotationReport] = []
        func add(_ report: RotationReport) { all.append(report) }
    }

    @Test func `is asked about again until both proofs hold`() async throws {
        let server = PropagatingServer(refusals: 2, echoes: 3)
        let report = try await Self.rotate(server)
        #expect(report.state == .closed, "\(report.text)")
        #expect(server.asked == [PropagatingServer.new: 3, PropagatingServer.old: 4])
        #expect(server.strangers.isEmpty)
    }

    @Test func `counts as alive when the time is over`() async throws {
        let server = PropagatingServer(refusals: 0, echoes: 100)
        let report = try await Self.rotate(server)
        #expect(report.stopReason == .oldSecretAccepted, "\(report.text)")
        // At once, and then every 5 s for 30 s.
        #expect(server.asked[PropagatingServer.old] == 7)
    }
}
