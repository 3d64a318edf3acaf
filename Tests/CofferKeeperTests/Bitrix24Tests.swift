// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

import CofferCredentials
import CofferOAuth
import CofferSandbox
import Foundation
import Testing

@testable import CofferKeeper

/// "May be blocked by automation" is who refreshes on a timer (https://apidocs.bitrix24.com, settings/oauth/auto-renewal).
@Suite(.timeLimit(.minutes(1))) struct `A token of Bitrix24` {
    private static let path = KeeperWorld.path("main/crm/acme")

    /// In the soft window that others have, in their hard one, and in its last second.
    @Test func `is left alone for as long as it lives, whatever is asked, and refreshed once it is over`() async throws
    {
        try await KeeperWorld.withBitrix24 { world in
            let first = try await world.keeper().token(Self.path).credential
            var left = 3600.0
            for next in [600.0, 30, 1] {
                world.time.advance(by: left - next)
                left = next
                // As another process each time: nothing is served from memory.
                #expect(try await world.keeper().token(Self.path).credential.value == first.value)
                #expect(try await world.keeper().refresh(.due).isEmpty)
                #expect(try await world.keeper().refresh(.all).map(\.outcome) == [.unneeded])
                let asked = try await world.keeper().token(Self.path, minimumValidity: .seconds(1800))
                #expect(asked.credential.value == first.value)
                #expect(asked.note?.contains("lives for \(Int(next)) seconds") == true, "\(asked.note ?? "")")
                let strict = try await world.keeper()
                await #expect(throws: KeeperError(.tooShort, "")) {
                    try await strict.token(Self.path, minimumValidity: .seconds(1800), isStrict: true)
                }
                #expect(world.sandbox.log.records.isEmpty)
            }
            world.time.advance(by: 1)
            let second = try await world.keeper().token(Self.path).credential
            #expect(second.value != first.value && second.version == first.version + 1)
            #expect(world.requestCount == 1)
        }
    }

    @Test func `is kept alive at half of the idle expiry, though nobody asks for it`() async throws {
        try await KeeperWorld.withBitrix24 { world in
            let keeper = try await world.keeper()
            world.time.advance(by: 80 * 86_400)
            #expect(try await keeper.refresh(.due).isEmpty)
            world.time.advance(by: 10 * 86_400)
            #expect(try await keeper.refresh(.due).map(\.outcome) == [.refreshed])
            #expect(world.requestCount == 1)
        }
    }

    /// Secrets go to the authorization server alone, so that a portal may have a name of its own.
    @Test(arguments: [
        ("crm.example.com", true), ("10.0.0.7", false), ("localhost", false), ("portal.other.localhost", false),
    ])
    func `is of a portal under any public name, and of none in our own network`(
        _ host: String, _ isTaken: Bool
    ) async throws {
        try await KeeperWorld.withBitrix24 { world in
            let attempt = try await world.attempt(at: KeeperWorld.path("main/crm/other"))
            let state = try #require(attempt.state).withExposedText { $0 }
            let callback = "https://app.example/cb?code=made-up&state=\(state)&domain=\(host)"
            let found = try? CallbackParser(attempt).parse(callback).accountHost
            #expect(found == (isTaken ? host : nil))
        }
    }
}
