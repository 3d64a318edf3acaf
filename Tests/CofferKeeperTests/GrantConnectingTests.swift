// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

import CofferCredentials
import CofferOAuth
import CofferVault
import Foundation
import GrantServer
import Testing

@testable import CofferKeeper

@Suite struct `Connecting at a strict server` {
    private static let path = GrantWorld.path

    /// Goes to the page that is shown, and comes back with a code.
    private static func code(
        _ world: GrantWorld, scopes: [String], resource: String? = nil
    ) async throws -> AuthorizationCode {
        let keeper = try await world.keeper()
        let attempt = try AuthorizationAttempt(
            try await keeper.registration(forConnecting: path), redirectURI: "http://127.0.0.1:5/cb", scopes: scopes,
            resource: resource)
        let address = try await keeper.address(of: attempt, connecting: path)
        let callback = try #require(world.server.visit(address).location)
        return try CallbackParser(attempt).parse(callback)
    }

    @Test func `is pushed where the server wants that, and works`() async throws {
        try await GrantWorld.with(connects: false, habits: .but { $0.requiresPush = true }) { world in
            let code = try await Self.code(world, scopes: ["orders:read"], resource: "https://api.example/")
            let keeper = try await world.keeper()
            _ = try await keeper.confirm(try await keeper.finishConnecting(Self.path, with: code))
            let token = try await keeper.token(Self.path).credential.value
            #expect(world.rights(of: token)?.scope == ["orders:read"])
            #expect(world.rights(of: token)?.audience == "https://api.example/")
            #expect(world.server.requests(to: "/authorize").map(\.fields.keys.count) == [2])
        }
    }

    @Test(arguments: ["", "another"])
    func `with an ID token that lacks the nonce asked for is refused, and nothing is saved`(
        _ nonce: String
    ) async throws {
        try await GrantWorld.with(connects: false, habits: .but { $0.idTokenNonce = nonce }) { world in
            let code = try await Self.code(world, scopes: ["openid", "orders:read"])
            let keeper = try await world.keeper()
            await #expect(throws: OAuthError(.nonsense, "")) {
                try await keeper.finishConnecting(Self.path, with: code)
            }
            #expect(try await keeper.status().isEmpty)
        }
    }

    /// OpenID Connect Core §3.1.3.7: each of these is another's token, or none.
    @Test(arguments: [
        ["iss": #""https://other.example""#], ["iss": ""], ["aud": #""client-2""#], ["aud": ""], ["exp": "1"],
        ["exp": ""],
        ["iat": "4102444800"], ["iat": ""], ["sub": ""], ["azp": #""client-2""#], ["aud": #"["client-1","client-2"]"#],
    ])
    func `with an ID token of another issuer, client or time is refused, and nothing is saved`(
        _ claims: [String: String]
    ) async throws {
        try await GrantWorld.with(connects: false, habits: .but { $0.idTokenClaims = claims }) { world in
            let code = try await Self.code(world, scopes: ["openid", "orders:read"])
            let keeper = try await world.keeper()
            await #expect(throws: OAuthError(.nonsense, "")) {
                try await keeper.finishConnecting(Self.path, with: code)
            }
            #expect(try await keeper.status().isEmpty)
        }
    }

    @Test func `with an ID token for several clients is accepted if it was issued to ours`() async throws {
        let claims = ["aud": #"["client-2","client-1"]"#, "azp": #""client-1""#]
        try await GrantWorld.with(connects: false, habits: .but { $0.idTokenClaims = claims }) { world in
            let code = try await Self.code(world, scopes: ["openid", "orders:read"])
            let found = try await world.keeper().finishConnecting(Self.path, with: code)
            #expect(found.accountID == "alice")
        }
    }

    @Test func `with the nonce asked for, or without an ID token, is accepted`() async throws {
        try await GrantWorld.with(connects: false) { world in
            let keeper = try await world.keeper()
            let asked = try await Self.code(world, scopes: ["openid", "orders:read"])
            let found = try await keeper.finishConnecting(Self.path, with: asked)
            #expect(found.accountID == "alice")
            let plain = try await Self.code(world, scopes: ["orders:read"])
            _ = try await keeper.finishConnecting(Self.path, with: plain)
        }
    }

    @Test func `by the app itself brings nothing into force before it is confirmed, and may be begun again`()
        async throws
    {
        try await GrantWorld.with(connects: false) { world in
            let keeper = try await world.keeper()
            let path = KeeperWorld.path("main/as/service")
            _ = try await keeper.connectClientCredentials(path)
            await #expect(throws: OAuthError(.needsReauthorization, "")) { try await keeper.token(path) }
            let found = try await keeper.connectClientCredentials(path)
            #expect(try await keeper.confirm(found).state == "active")
            #expect(world.rights(of: try await keeper.token(path).credential.value) != nil)
        }
    }

    @Test func `with a refresh token whose answers were both lost leaves a connection that says so`() async throws {
        try await GrantWorld.with(connects: false) { world in
            let keeper = try await world.keeper()
            let granted = world.server.grant(scope: "orders:read")
            world.server.behave { $0.lostAnswers = 2 }
            await #expect(throws: OAuthError(.needsReauthorization, "")) {
                try await keeper.importRefreshToken(Self.path, Secret(granted.refresh))
            }
            #expect(world.server.requests(to: "/token").count == 2)
            let views = try await keeper.status()
            #expect(views.map(\.state) == ["needs_reauthorization"])
            #expect(views.first?.lastError?.contains("repetition") == true)
        }
    }

    @Test func `by a device asks until somebody has decided, and slower when told`() async throws {
        try await GrantWorld.with(connects: false) { world in
            let keeper = try await world.keeper()
            let shown = try await keeper.beginDevice(Self.path, scopes: ["orders:read"])
            world.server.slowDown(2)
            async let found = keeper.finishDevice(Self.path, shown)
            while world.server.requests(to: "/token").count < 4 { await Task.yield() }
            world.server.decide("approved")
            _ = try await keeper.confirm(try await found)
            let token = try await keeper.token(Self.path).credential.value
            #expect(world.rights(of: token)?.scope == ["orders:read"])
            #expect(try await keeper.refresh(.forced(Self.path)).first?.outcome == .refreshed)
        }
    }

    @Test(arguments: [
        ("access_denied", OAuthError.Code.accessDenied), ("expired_token", .timedOut),
        ("invalid_client", .configuration),
    ])
    func `by a device ends with what was decided, and saves nothing`(
        _ verdict: String, _ code: OAuthError.Code
    ) async throws {
        try await GrantWorld.with(connects: false) { world in
            let keeper = try await world.keeper()
            let shown = try await keeper.beginDevice(Self.path, scopes: [])
            world.server.decide(verdict)
            await #expect(throws: OAuthError(code, "")) { try await keeper.finishDevice(Self.path, shown) }
            #expect(try await keeper.status().isEmpty)
            #expect(world.server.requests(to: "/token").count == 1)
        }
    }

    @Test func `by a device that is interrupted between two questions ends at once, and saves nothing`() async throws {
        try await GrantWorld.with(connects: false) { world in
            let keeper = try await world.keeper()
            let shown = try await keeper.beginDevice(Self.path, scopes: [])
            let task = Task { try await keeper.finishDevice(Self.path, shown) }
            while world.server.requests(to: "/token").isEmpty { await Task.yield() }
            task.cancel()
            await #expect(throws: CancellationError.self) { try await task.value }
            #expect(try await keeper.status().isEmpty)
        }
    }

    @Test(arguments: [true, false])
    func `by a device loses no refresh token that came alone`(_ isNew: Bool) async throws {
        try await GrantWorld.with(connects: !isNew) { world in
            let shown = try await world.keeper().beginDevice(Self.path, scopes: ["orders:read"])
            let alone = world.server.grant(scope: "orders:read")
            let meddled = MeddledTransport(server: world.server) { request in
                guard request.body?.withExposedText({ $0.contains("device_code=") }) == true else { return nil }
                return .answered(
                    HTTPAnswer(
                        status: 200, headers: [], body: Secret(#"{"refresh_token":"\#(alone.refresh)"}"#)))
            }
            let keeper = try await world.keeper(over: meddled)
            guard isNew else {
                // Nothing could tell whose it is before it is presented: the account that is there stays as it is.
                let error = await #expect(throws: OAuthError.self) { try await keeper.finishDevice(Self.path, shown) }
                #expect(error?.code == .nonsense && error?.message.contains("refresh token") == true)
                return
            }
            _ = try await keeper.confirm(try await keeper.finishDevice(Self.path, shown))
            #expect(world.rights(of: try await keeper.token(Self.path).credential.value)?.scope == ["orders:read"])
            #expect(!world.server.hasSeenReuse)
        }
    }

    @Test func `by a device keeps tokens that came while it was interrupted`() async throws {
        try await GrantWorld.with(connects: false) { world in
            let keeper = try await world.keeper()
            let shown = try await keeper.beginDevice(Self.path, scopes: [])
            world.server.decide("approved")
            let gate = GatedTransport(network: GrantTransport(server: world.server))
            let slow = try await world.keeper(over: gate)
            let task = Task { try await slow.finishDevice(Self.path, shown) }
            await gate.waitForRequest()
            task.cancel()
            gate.open()
            let found = try await task.value
            #expect(try await keeper.status().first?.state == "parked")
            _ = try await keeper.confirm(found)
            #expect(world.rights(of: try await keeper.token(Self.path).credential.value) != nil)
        }
    }
}
