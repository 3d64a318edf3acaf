// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

import CofferSandbox
import Foundation
import Subprocess
import Testing

/// Of a server's time only an ID token's claims are read: OpenID Connect Core §3.1.3.7 items 9 and 10, within three minutes.
@Suite(.timeLimit(.minutes(3))) struct `A server whose clock is wrong` {
    private static let identity = ["--scope", "openid read"]

    private func skew(_ world: World, _ grantType: String, by seconds: Double) {
        world.sandbox.faults.set([FaultRule(.clockSkew, grantType: grantType, times: 0, seconds: seconds)])
    }

    @Test(arguments: [(-7_200.0, "has expired"), (7_200, "issued in the future")])
    func `by hours names no account at connect, and nothing is saved`(_ seconds: Double, _ words: String) async throws {
        try await World.with(.strict, accounts: []) { world in
            skew(world, "authorization_code", by: seconds)
            let end = try await world.tryConnecting("acme", options: Self.identity)
            #expect(end.status == .exited(76), "\(end.errors)")
            #expect(end.errors.contains(words) && end.errors.contains("clock"), "\(end.errors)")
            #expect(try await world.status().isEmpty)
            world.sandbox.faults.clear()
            let right = try await world.tryConnecting("acme", options: Self.identity)
            #expect(right.status == .exited(0), "\(right.errors)")
        }
    }

    @Test(arguments: [-120.0, 120])
    func `by minutes is believed`(_ seconds: Double) async throws {
        try await World.with(.strict, accounts: []) { world in
            skew(world, "authorization_code", by: seconds)
            let end = try await world.tryConnecting("acme", options: Self.identity)
            #expect(end.status == .exited(0), "\(end.errors)")
            let id = try #require(world.sandbox.accounts.first { $0.name == "acme" }).id
            #expect(try await world.status()["main/crm/acme"]?["account_id"] as? String == "\(id)")
        }
    }

    /// The account is known by then, and is compared with the token's subject alone (§12.2).
    @Test(arguments: [-7_200.0, 7_200])
    func `by hours costs no refresh, and changes no expiry`(_ seconds: Double) async throws {
        try await World.with(.strict, accounts: []) { world in
            let connected = try await world.tryConnecting("acme", options: Self.identity)
            try #require(connected.status == .exited(0), "\(connected.errors)")
            let spent = try await world.field("main/crm/acme#refresh_token")
            skew(world, "refresh_token", by: seconds)
            try await world.succeed("refresh", "--force", "main/crm/acme")
            #expect(try await world.field("main/crm/acme#refresh_token") != spent)
            #expect(try await world.state("acme") == "active")
            let expiry = try #require(try await world.status()["main/crm/acme"]?["expires_at"] as? String)
            let end = try Date(expiry, strategy: .iso8601)
            // A day from now, whatever the server takes for now.
            #expect(abs(end.timeIntervalSinceNow - 86_400) < 3_600)
        }
    }
}
