// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

import CofferCredentials
import CofferRotation
import Testing

@testable import CofferKeeper

@Suite struct `What a vendor's API is asked with, while it is on hold itself` {
    /// Rotates an app whose API is asked with what is at a path.
    private static func expectRotation(askingWith credential: CredentialPath, _ keeper: Keeper) async throws {
        _ = try await keeper.setAPI(
            of: DescribedWorld.app, "auth0", at: "https://tenant.example", credential: credential)
        await #expect(throws: KeeperError(.rotating, "")) { try await keeper.get(credential) }
        let id = try await keeper.openRotation(of: DescribedWorld.app, taint: .hold)
        let report = try await keeper.resumeRotation(id, operator: ScriptedOperator(isPresent: false, []))
        #expect(report.state == .closed, "\(report.text)")
        // Nobody else gets it for that.
        await #expect(throws: KeeperError(.rotating, "")) { try await keeper.get(credential) }
    }

    @Test func `as a static secret replaces the secret of an app`() async throws {
        let server = PropagatingServer(refusals: 0, echoes: 0)
        try await DescribedWorld.with([], over: server, PropagatingServer.describe) { keeper, _ in
            let token = KeeperWorld.path("main/admin-token")
            try await keeper.put(token, Secret(PropagatingServer.token))
            _ = try await keeper.openRotation(of: token, taint: .hold)
            try await Self.expectRotation(askingWith: token, keeper)
        }
        #expect(server.strangers.isEmpty)
    }

    @Test func `as another app's connection replaces the secret of an app`() async throws {
        let server = PropagatingServer(refusals: 0, echoes: 0)
        try await DescribedWorld.with([], over: server, PropagatingServer.describe) { keeper, time in
            let root = try await DescribedWorld.addApp("main/admin", keeper)
            try await DescribedWorld.connect(
                keeper, accessToken: PropagatingServer.token, refreshToken: "r-9", at: time.now, as: root)
            _ = try await keeper.openRotation(of: KeeperWorld.path("main/admin"), taint: .hold)
            try await Self.expectRotation(askingWith: root, keeper)
            #expect(try await keeper.openRotations(of: KeeperWorld.path("main/admin")).count == 1)
        }
        #expect(server.strangers.isEmpty)
    }
}
