// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

import CofferCredentials
import CofferOAuth
import CofferSandbox
import CofferVault
import Testing

@testable import CofferKeeper

/// What an ask gets after a server refused the token: never the same one as if it were good.
@Suite struct `A token that a server refused` {
    private static let acme = KeeperWorld.path("main/crm/acme")
    private static let request = CredentialRequest(path: acme)

    /// Old enough that its refusal is believed, handed out, and remembered.
    private func withToken(_ body: (KeeperWorld, Keeper, Credential) async throws -> Void) async throws {
        try await KeeperWorld.with(accounts: ["acme"]) { world in
            world.time.advance(by: 60)
            let keeper = try await world.keeper()
            let credential = try await keeper.credential(for: Self.request)
            #expect(try await keeper.credential(for: Self.request) == credential)
            world.sandbox.log.clear()
            try await body(world, keeper, credential)
        }
    }

    @Test func `is not served again while its refresh fails, and the server is not asked again at once`() async throws {
        try await withToken { world, keeper, credential in
            world.sandbox.faults.set([FaultRule(.serverError, grantType: "refresh_token")])
            await #expect(throws: OAuthError(.unreachable, "")) { try await keeper.report(rejected: credential) }
            for _ in 1...5 {
                await #expect(throws: OAuthError(.coolDown, "")) { try await keeper.credential(for: Self.request) }
                await #expect(throws: OAuthError(.coolDown, "")) { try await keeper.report(rejected: credential) }
            }
            #expect(world.requestCount == 1)
            world.time.advance(by: 60)
            let next = try await keeper.credential(for: Self.request)
            #expect(next.value != credential.value && next.version == 2)
            #expect(world.requestCount == 2)
        }
    }

    @Test func `is not served again while the vendor blocks us, and nothing is sent`() async throws {
        try await withToken { world, keeper, credential in
            world.sandbox.faults.set([FaultRule(.forbidden, grantType: "refresh_token")])
            await #expect(throws: OAuthError(.blocked, "")) { try await keeper.report(rejected: credential) }
            // From memory, too, where a block that was there before writes nothing anew.
            for _ in 1...3 {
                await #expect(throws: OAuthError(.blocked, "")) { try await keeper.credential(for: Self.request) }
                await #expect(throws: OAuthError(.blocked, "")) { try await keeper.report(rejected: credential) }
                world.time.advance(by: 3600)
            }
            #expect(world.requestCount == 1)
            let lines = try await keeper.refresh(.forced(Self.acme))
            #expect(lines.map(\.outcome) == [.refreshed])
            #expect(try await keeper.credential(for: Self.request).version == 2)
        }
    }

    @Test func `was remembered, and is forgotten although the vault did not change`() async throws {
        try await withToken { world, keeper, credential in
            world.sandbox.faults.set([FaultRule(.forbidden, grantType: "refresh_token")])
            _ = try await keeper.refresh(.forced(Self.acme))
            // Nobody has said anything against the token yet.
            #expect(try await keeper.credential(for: Self.request).value == credential.value)
            #expect(try await keeper.credential(for: Self.request).value == credential.value)
            await #expect(throws: OAuthError(.blocked, "")) { try await keeper.report(rejected: credential) }
            await #expect(throws: OAuthError(.blocked, "")) { try await keeper.credential(for: Self.request) }
        }
    }

    @Test func `needs a person where its refresh is refused for good`() async throws {
        try await withToken { world, keeper, credential in
            try world.sandbox.revokeAccess(of: "acme")
            await #expect(throws: OAuthError(.needsReauthorization, "")) {
                try await keeper.report(rejected: credential)
            }
            for _ in 1...3 {
                await #expect(throws: OAuthError(.needsReauthorization, "")) {
                    try await keeper.credential(for: Self.request)
                }
            }
            #expect(world.requestCount == 1)
        }
    }

    @Test func `is served again where the server issues the same one anew`() async throws {
        try await withToken { world, keeper, credential in
            world.sandbox.faults.set([FaultRule(.sameTokenAgain, grantType: "refresh_token", times: 0)])
            try await keeper.report(rejected: credential)
            for _ in 1...3 {
                let same = try await keeper.credential(for: Self.request)
                #expect(same.value == credential.value && same.version == 2)
            }
            #expect(world.requestCount == 1)
        }
    }

    /// Whoever was handed it before that reports an older version of what is there.
    @Test func `is replaced although the server has issued the same one anew since`() async throws {
        try await withToken { world, keeper, credential in
            world.sandbox.faults.set([FaultRule(.sameTokenAgain, grantType: "refresh_token")])
            let lines = try await keeper.refresh(.forced(Self.acme))
            #expect(lines.map(\.outcome) == [.refreshed])
            let same = try await keeper.credential(for: Self.request)
            #expect(same.value == credential.value && same.version == 2)
            world.time.advance(by: 60)
            try await keeper.report(rejected: credential)
            let next = try await keeper.credential(for: Self.request)
            #expect(next.value != credential.value && next.version == 3)
            #expect(world.requestCount == 2)
        }
    }

    @Test func `is handed out by a reader no more, as whichever version it was handed out`() async throws {
        try await KeeperWorld.with(accounts: ["acme"]) { world in
            let reader = try await world.keeper(of: world.join("reader", .reader), clock: NappingClock())
            let first = try await reader.credential(for: Self.request)
            world.sandbox.faults.set([FaultRule(.sameTokenAgain, grantType: "refresh_token")])
            let lines = try await world.keeper().refresh(.forced(Self.acme))
            #expect(lines.map(\.outcome) == [.refreshed])
            world.time.advance(by: 4000)
            try await reader.report(rejected: first)
            await #expect(throws: KeeperError(.needsIssuer, "")) { try await reader.credential(for: Self.request) }
        }
    }

    @Test func `is handed out by a reader no more, whether or not an issuer comes`() async throws {
        try await KeeperWorld.with(accounts: ["acme"]) { world in
            // A reader's word counts once an hour.
            world.time.advance(by: 4000)
            let reader = try await world.keeper(of: world.join("reader", .reader), clock: NappingClock())
            let first = try await reader.credential(for: Self.request)
            try await reader.report(rejected: first)
            for _ in 1...2 {
                await #expect(throws: KeeperError(.needsIssuer, "")) { try await reader.credential(for: Self.request) }
            }
            #expect(try await world.wishes().count == 1)
            #expect(try await world.keeper().refresh(.due).map(\.outcome) == [.refreshed])
            let next = try await reader.credential(for: Self.request)
            #expect(next.value != first.value && next.version == 2)
        }
    }
}
