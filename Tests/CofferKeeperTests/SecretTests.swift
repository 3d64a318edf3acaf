// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

import CofferCredentials
import CofferSandbox
import CofferVault
import Testing

@testable import CofferKeeper

@Suite struct `A static secret` {
    private static let npm = KeeperWorld.path("main/npm/token")

    @Test(arguments: [1, 2, 4096, 1 << 20])
    func `comes back byte for byte, NULs and all`(byteCount: Int) async throws {
        try await KeeperWorld.with(accounts: []) { world in
            let bytes = (0..<byteCount).map { UInt8(truncatingIfNeeded: $0 &* 7) }
            try await world.keeper().put(Self.npm, Secret(bytes: bytes))
            #expect(try await world.keeper().get(Self.npm) == Secret(bytes: bytes))
        }
    }

    @Test func `has at least one byte and at most a mebibyte`() async throws {
        try await KeeperWorld.with(accounts: []) { world in
            let keeper = try await world.keeper()
            await #expect(throws: KeeperError(.usage, "")) { try await keeper.put(Self.npm, Secret("")) }
            let large = Secret(bytes: [UInt8](repeating: 1, count: 1 << 20 + 1))
            await #expect(throws: VaultError(.tooLarge, "")) { try await keeper.put(Self.npm, large) }
            await #expect(throws: KeeperError(.notFound, "")) { try await keeper.get(Self.npm) }
        }
    }

    @Test func `is replaced, removed, and never in an app's place`() async throws {
        try await KeeperWorld.with(accounts: ["acme"]) { world in
            let keeper = try await world.keeper()
            #expect(try await !keeper.put(Self.npm, Secret("one")))
            #expect(try await keeper.put(Self.npm, Secret("two")))
            #expect(try await keeper.get(Self.npm) == Secret("two"))
            await #expect(throws: KeeperError(.wrongKind, "")) { try await keeper.put(KeeperWorld.app, Secret("x")) }
            try await keeper.remove(Self.npm)
            await #expect(throws: KeeperError(.notFound, "")) { try await keeper.get(Self.npm) }
        }
    }

    @Test func `has the field value, as others have theirs`() async throws {
        try await KeeperWorld.with(accounts: ["acme"]) { world in
            let keeper = try await world.keeper()
            let acme = KeeperWorld.path("main/crm/acme")
            try await keeper.put(Self.npm, Secret("one"))
            #expect(try await keeper.get(Self.npm, field: "value") == Secret("one"))
            await #expect(throws: KeeperError(.usage, "")) { try await keeper.get(Self.npm, field: "access_token") }
            #expect(try await keeper.get(acme) == Secret(try await world.token("acme")))
            #expect(try await keeper.get(acme, field: "token_type") == Secret("Bearer"))
            #expect(try await keeper.get(acme, field: "expires_at") == Secret("2026-09-22T14:13:20Z"))
            let url = try await keeper.get(acme, field: "account_url").withExposedText { $0 }
            #expect(url.hasPrefix("https://acme.amocrm.localhost:"))
            for path in [acme, KeeperWorld.app] {
                #expect(try await keeper.get(path, field: "client_id") == Secret(world.sandbox.integration.clientID))
                #expect(
                    try await keeper.get(path, field: "client_secret")
                        == Secret(world.sandbox.integration.clientSecret))
                await #expect(throws: KeeperError(.usage, "")) { try await keeper.get(path, field: "nonsense") }
            }
            await #expect(throws: KeeperError(.usage, "")) { try await keeper.get(KeeperWorld.app) }
        }
    }

    @Test func `is listed below whole segments only`() async throws {
        try await KeeperWorld.with(accounts: []) { world in
            let keeper = try await world.keeper()
            for name in ["main/a/b", "main/ab", "main/a/c"] {
                try await keeper.put(KeeperWorld.path(name), Secret("x"))
            }
            #expect(try await keeper.list(below: "main/a").map(\.path) == ["main/a/b", "main/a/c"])
            #expect(try await keeper.list(below: "main/a/").map(\.path) == ["main/a/b", "main/a/c"])
            #expect(try await keeper.list(below: "main/ab").map(\.path) == ["main/ab"])
            #expect(try await keeper.list(below: "main").count == 4)
            #expect(try await keeper.list(below: "mai").isEmpty)
            #expect(try await keeper.list().count == 4)
        }
    }
}
