// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

import CofferCredentials
import CofferOAuth
import Foundation
import GrantServer
import Testing

@testable import CofferKeeper

/// GitHub's ten an hour for each account, at a server of the tests.
@Suite(.timeLimit(.minutes(1))) struct `A login where each account has a limit of its own` {
    private static let app = KeeperWorld.path("main/hub")
    private static let path = KeeperWorld.path("main/hub/alice")

    /// Runs a body with an app under the limit, and a clock that says how long somebody would have waited.
    private static func with(
        _ clock: NappingClock, _ world: GrantWorld, _ body: (Keeper) async throws -> Void
    ) async throws {
        let effects = KeeperEffects(
            transport: GrantTransport(server: world.server), now: { world.time.now }, clock: clock, random: { 0.5 })
        let keeper = try await Keeper.open(world.location, effects: effects)
        var new = NewApp(clientID: GrantServer.clientID)
        new.provider = ProviderDescription(
            id: "hub", displayName: "Hub", issuer: "https://as.example",
            endpoints: Endpoints(
                authorization: "https://as.example/authorize", token: "https://as.example/token",
                deviceAuthorization: "https://as.example/device"),
            domains: ["as.example"], clientAuthentication: .post,
            rateLimit: RateLimit(amount: 10, interval: .seconds(3600), burst: 10, scope: .appAndAccount))
        new.clientSecret = Secret(GrantServer.clientSecret)
        _ = try await keeper.addApp(app, new)
        try await body(keeper)
        await keeper.close()
    }

    @Test func `by a device is asked about at the server's interval, for as long as it takes`() async throws {
        try await GrantWorld.with(connects: false) { world in
            let server = world.server
            let clock = NappingClock { _ in
                if server.requests(to: "/token").count == 40 { server.decide("approved") }
            }
            try await Self.with(clock, world) { keeper in
                let shown = try await keeper.beginDevice(Self.path, scopes: ["orders:read"])
                let found = try await keeper.finishDevice(Self.path, shown)
                #expect(server.requests(to: "/token").count == 41)
                // A second each; the eleventh place of ten an hour would be six minutes away.
                #expect(shown.interval == .seconds(1) && clock.now.offset < .seconds(120))
                _ = try await keeper.confirm(found)
            }
        }
    }

    @Test func `holds up no other login`() async throws {
        try await GrantWorld.with(connects: false) { world in
            let clock = NappingClock()
            try await Self.with(clock, world) { keeper in
                for number in 0..<15 {
                    let path = KeeperWorld.path("main/hub/account-\(number)")
                    let attempt = try AuthorizationAttempt(
                        try await keeper.registration(forConnecting: path), redirectURI: "http://127.0.0.1:5/cb",
                        scopes: ["orders:read"])
                    let address = try await keeper.address(of: attempt, connecting: path)
                    let callback = try #require(world.server.visit(address).location)
                    _ = try await keeper.confirm(
                        try await keeper.finishConnecting(path, with: CallbackParser(attempt).parse(callback)))
                }
                #expect(clock.now.offset < .seconds(60))
                // What is known as one grant's is under the limit: ten at once, and then one in six minutes.
                let first = KeeperWorld.path("main/hub/account-0")
                var isHeldUp = false
                for _ in 0..<11 {
                    let lines = try await keeper.refresh(.forced(first))
                    isHeldUp = isHeldUp || lines.contains { $0.outcome != .refreshed }
                }
                #expect(isHeldUp || clock.now.offset >= .seconds(360))
            }
        }
    }
}
