// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

import CofferCredentials
import CofferOAuth
import CofferSandbox
import Foundation
import Synchronization
import Testing

@testable import CofferKeeper

@Suite(.timeLimit(.minutes(1))) struct `A host that the description allows and no resolver knows` {
    private static let path = KeeperWorld.path("main/far/acme")

    /// A resolver that knows no name, and notes each that is asked for; those under `.localhost` are not.
    private final class Names: Sendable {
        private let kept = Mutex<[String]>([])

        var asked: Set<String> { kept.withLock { Set($0) } }

        var resolver: HostResolver {
            HostResolver { [self] host in
                kept.withLock { $0.append(host) }
                throw TransportFailure(.resolution, "The name \(host) could not be resolved: made up.")
            }
        }
    }

    /// Runs a body with an app of amoCRM as the sandbox plays it, which has hosts under another suffix as well.
    private static func with(_ body: (KeeperWorld, Keeper, Names) async throws -> Void) async throws {
        try await KeeperWorld.with(accounts: []) { world in
            let names = Names()
            let transport = NetworkTransport.patient(resolver: names.resolver)
            do {
                let keeper = try await world.keeper(transport: transport)
                var provider = try ProviderCatalogue.amocrm.relocated(to: world.sandbox.baseURL)
                provider.domains.append("amocrm.invalid")
                var new = NewApp(clientID: world.sandbox.integration.clientID)
                new.provider = provider
                new.clientSecret = Secret(world.sandbox.integration.clientSecret)
                new.redirectURI = world.sandbox.integration.redirectURI
                new.certificateAuthorityPEM = try String(contentsOfFile: world.sandbox.caFile, encoding: .utf8)
                _ = try await keeper.addApp(KeeperWorld.path("main/far"), new)
                try await body(world, keeper, names)
                await transport.shutdown()
            } catch {
                await transport.shutdown()
                throw error
            }
        }
    }

    /// What a person's browser comes back with.
    private static func code(_ world: KeeperWorld, _ keeper: Keeper) async throws -> AuthorizationCode {
        let attempt = try AuthorizationAttempt(try await keeper.registration(forConnecting: path))
        let state = try #require(attempt.state).withExposedText { $0 }
        return try CallbackParser(attempt).parse(
            try world.sandbox.authorize(account: "acme", state: state).callbackURL)
    }

    @Test func `in a callback is the end of it, and its code is sent nowhere else`() async throws {
        try await Self.with { world, keeper, names in
            world.sandbox.faults.set([FaultRule(.unresolvableHost, at: .consent)])
            let code = try await Self.code(world, keeper)
            #expect(code.accountHost == "acme.amocrm.invalid")
            await #expect(throws: OAuthError(.unreachable, "")) {
                try await keeper.finishConnecting(Self.path, with: code)
            }
            #expect(names.asked == ["acme.amocrm.invalid"])
            #expect(world.requestCount == 0)
            #expect(try await keeper.status().isEmpty)
        }
    }

    @Test func `as the shard of a renamed account leaves the account as it is, and a person is told`() async throws {
        try await Self.with { world, keeper, names in
            world.sandbox.faults.set([FaultRule(.unresolvableHost, grantType: "authorization_code", times: 0)])
            let code = try await Self.code(world, keeper)
            _ = try await keeper.confirm(try await keeper.finishConnecting(Self.path, with: code))
            world.sandbox.faults.clear()
            #expect(names.asked.isEmpty)
            let token = try await keeper.get(Self.path, field: "refresh_token").withExposedText { $0 }
            try world.sandbox.rename(account: "acme")
            world.sandbox.log.clear()
            let line = try #require(try await keeper.refresh(.forced(Self.path)).first)
            #expect((line.failure as? OAuthError)?.code == .configuration)
            #expect(names.asked == ["api-a.amocrm.invalid"])
            #expect(world.sandbox.log.requests(for: .token).map(\.status) == [404])
            #expect(world.sandbox.log.requests(for: .subdomain).isEmpty)
            #expect(world.presented(token) == 1)
            let kept = try await keeper.get(Self.path, field: "refresh_token").withExposedText { $0 }
            #expect(kept == token)
            #expect(try await keeper.status().map(\.state) == ["active"])
        }
    }
}
