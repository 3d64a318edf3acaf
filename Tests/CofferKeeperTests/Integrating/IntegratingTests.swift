// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

import AsyncHTTPClient
import CofferCredentials
import CofferHTTP
import CofferOAuth
import CofferSandbox
import Foundation
import NIOCore
import NIOSSL
import Testing

@testable import CofferKeeper

@Suite struct `A program that integrates` {
    private static let acme = KeeperWorld.path("main/crm/acme")

    /// Runs a body with a client over a vault whose clock is behind the server's, so that it takes tokens for fresh that
    /// the server refuses.
    private func withClient(
        _ world: KeeperWorld, behind seconds: Double = 0, clock: (any Clock<Duration>)? = nil,
        _ body: (APIClient, VaultCredentialProvider) async throws -> Void
    ) async throws {
        var tls = TLSConfiguration.makeClientConfiguration()
        tls.additionalTrustRoots = [.certificates(try NIOSSLCertificate.fromPEMFile(world.sandbox.caFile))]
        var http = HTTPClient.Configuration(tlsConfiguration: tls)
        http.dnsOverride = ["acme.amocrm.localhost": "127.0.0.1"]
        // Longer than a machine stands still in the middle of a handshake.
        http.timeout.connect = .minutes(1)
        var effects = world.effects()
        effects.now = { world.time.now.addingTimeInterval(-seconds) }
        if let clock { effects.clock = clock }
        let vault = VaultCredentialProvider(
            keeper: try await Keeper.open(world.location, effects: effects),
            transport: .patient())
        let client = try APIClient(vault, configuration: .init(dialect: .amocrm, http: http))
        do { try await body(client, vault) } catch {
            try await client.shutdown()
            await vault.close()
            throw error
        }
        try await client.shutdown()
        await vault.close()
    }

    @Test func `calls an account's API as the page shows`() async throws {
        try await KeeperWorld.with(accounts: ["acme"]) { world in
            try await withClient(world) { client, _ in
                let text = try await account(Self.acme, with: client)
                #expect(text.contains(#""subdomain":"acme""#), "\(text)")
            }
        }
    }

    @Test func `has a refused token refreshed once by the vault, however many requests met it`() async throws {
        try await KeeperWorld.with(accounts: ["acme"], lifetime: .seconds(3600)) { world in
            world.time.advance(by: 3700)
            try await withClient(world, behind: 3000) { client, _ in
                world.sandbox.log.clear()
                let texts = try await withThrowingTaskGroup(of: String.self) { group in
                    for _ in 0..<30 { group.addTask { try await account(Self.acme, with: client) } }
                    return try await group.reduce(into: []) { $0.append($1) }
                }
                #expect(texts.count == 30)
                #expect(texts.allSatisfy { $0.contains(#""subdomain":"acme""#) })
                #expect(world.sandbox.log.requests(for: .token).count == 1)
                // Refused at most once each, and served once each.
                let calls = world.sandbox.log.requests(for: .account)
                #expect(calls.filter { $0.status == 200 }.count == 30)
                #expect(calls.count <= 60)
            }
        }
    }

    @Test func `keeps the limit of an account's API together with another program on the vault`() async throws {
        try await KeeperWorld.with(accounts: ["acme"]) { world in
            let clocks = (NappingClock(), NappingClock())
            try await withClient(world, clock: clocks.0) { first, _ in
                try await withClient(world, clock: clocks.1) { second, _ in
                    for _ in 0..<30 {
                        _ = try await account(Self.acme, with: first)
                        _ = try await account(Self.acme, with: second)
                    }
                }
            }
            // Sixty at seven a second; either alone would need less than four and a half seconds for its thirty. What passes
            // between the beginnings of the two is not waited for.
            #expect(clocks.0.now.offset > .seconds(5))
            #expect(clocks.1.now.offset > .seconds(5))
        }
    }

    @Test func `hears why there is no other token`() async throws {
        try await KeeperWorld.with(accounts: ["acme"]) { world in
            world.time.advance(by: 60)
            try world.sandbox.revokeAccess(of: "acme")
            try await withClient(world) { client, _ in
                await #expect(throws: CredentialError(.needsReauthorization, message: "")) {
                    _ = try await account(Self.acme, with: client)
                }
            }
        }
    }

    @Test func `reads a static secret as configuration`() async throws {
        try await KeeperWorld.with(accounts: []) { world in
            try await world.keeper().put(KeeperWorld.path("main/database-password"), Secret("made-up\n"))
            let text = try await connectionString(from: try await world.provider())
            #expect(text == "postgres://reader:made-up@localhost/crm")
        }
    }

    @Test func `believes a widget whose account is the provider's`() async throws {
        try await KeeperWorld.with(accounts: ["acme"]) { world in
            let vault = try await world.provider()
            let known = try await world.keeper().status().first { $0.path == "main/crm/acme" }?.accountID
            let headers = [(name: "X-Auth-Token", value: try world.sandbox.widgetToken(account: "acme"))]
            let told = try await accountOfWidget("/widget", headers, [], app: KeeperWorld.app, vault: vault)
            #expect(told != nil && told == known)
            await #expect(throws: WebhookError.self) {
                _ = try await accountOfWidget("/widget", [], [], app: KeeperWorld.app, vault: vault)
            }
        }
    }

    @Test(arguments: ["CallingAnAPI", "AddingInBatches", "ConnectionString", "WidgetAccount", "AuthorizationFromAgent"])
    func `is shown in the documentation as it compiles here`(_ name: String) throws {
        let here = URL(fileURLWithPath: #filePath).resolvingSymlinksInPath().deletingLastPathComponent()
        let source = try String(contentsOf: here.appending(path: "\(name).swift"), encoding: .utf8)
        let start = try #require(source.range(of: "import "))
        let page = here.appending(path: "../../../docs/integrating.md").standardized
        let text = try String(contentsOf: page, encoding: .utf8)
        #expect(text.contains("```swift\n\(source[start.lowerBound...])```\n"))
        #expect(text.ranges(of: "```swift").count == 5)
    }
}
