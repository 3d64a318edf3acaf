// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

import CofferCredentials
import CofferOAuth
import CofferRotation
import CofferVault
import Foundation
import GrantServer
import Testing

@testable import CofferKeeper

extension HTTPMessage {
    /// Whether it asks for a token for somebody.
    fileprivate var isNarrowed: Bool { body?.withExposedText { $0.contains("audience=billing") } ?? false }
}

extension GrantWorld {
    fileprivate static let refusal = TransportOutcome.answered(
        HTTPAnswer(status: 400, headers: [], body: Secret(#"{"error":"invalid_target"}"#)))
}

@Suite struct `A narrower token` {
    private static let path = GrantWorld.path
    private static let billing = CredentialRequest(path: path, scope: "orders:read", audience: "billing")

    private static func less(_ scope: String? = "orders:read", _ audience: String? = nil) throws -> TokenNarrowing {
        try #require(try TokenNarrowing(scope: scope, audience: audience))
    }

    @Test(arguments: [ProviderDescription.NarrowingMethod.exchange, .refresh])
    func `is kept for every process beside the whole one, which stays`(
        _ method: ProviderDescription.NarrowingMethod
    ) async throws {
        try await GrantWorld.with(method) { world in
            let whole = try await world.keeper().token(Self.path).credential
            let asked = world.server.requests(to: "/token").count
            let first = try await world.keeper().credential(for: Self.billing)
            #expect(world.rights(of: first.value)?.scope == ["orders:read"])
            #expect(world.rights(of: first.value)?.audience == "billing")
            #expect(first.scope == "orders:read" && first.value != whole.value)
            // Another process, and the same words in another order.
            let second = try await world.keeper().credential(for: Self.billing)
            #expect(second == first)
            #expect(world.server.requests(to: "/token").count == asked + 1)
            let after = try await world.keeper().token(Self.path).credential
            #expect(after == whole)
            #expect(world.rights(of: after.value)?.scope == ["orders:read", "orders:write"])
            #expect(!world.server.hasSeenReuse)
        }
    }

    @Test func `by refresh saves the rotated refresh token, which is as wide as before`() async throws {
        try await GrantWorld.with(.refresh) { world in
            let old = try await world.refreshToken()
            _ = try await world.keeper().token(Self.path, narrowing: Self.less())
            let new = try await world.refreshToken()
            #expect(new != old)
            #expect(world.server.rights(ofRefreshToken: new)?.scope == ["orders:read", "orders:write"])
            #expect(try await world.keeper().refresh(.forced(Self.path)).first?.outcome == .refreshed)
            #expect(!world.server.hasSeenReuse)
            let whole = try await world.keeper().token(Self.path).credential
            #expect(world.rights(of: whole.value)?.scope == ["orders:read", "orders:write"])
        }
    }

    @Test func `ends with the pair that it was taken from`() async throws {
        try await GrantWorld.with(.exchange) { world in
            let first = try await world.keeper().credential(for: Self.billing)
            #expect(try await world.keeper().refresh(.forced(Self.path)).first?.outcome == .refreshed)
            #expect(try await world.keeper().credential(for: Self.billing).value != first.value)
        }
    }

    @Test func `of all that was granted is the whole one`() async throws {
        try await GrantWorld.with(.exchange) { world in
            let keeper = try await world.keeper()
            let asked = world.server.requests(to: "/token").count
            let all = try Self.less("orders:write orders:read")
            #expect(try await keeper.token(Self.path, narrowing: all).credential == keeper.token(Self.path).credential)
            #expect(world.server.requests(to: "/token").count == asked)
        }
    }

    @Test func `of a client's own grant is asked for as such`() async throws {
        try await GrantWorld.with(nil, connects: false) { world in
            let keeper = try await world.keeper()
            let path = KeeperWorld.path("main/as/service")
            _ = try await keeper.confirm(try await keeper.connectClientCredentials(path))
            let whole = try await keeper.token(path).credential
            let less = try await keeper.token(path, narrowing: Self.less(nil, "billing")).credential
            #expect(world.rights(of: less.value)?.audience == "billing")
            #expect(world.rights(of: less.value)?.scope == ["orders:read", "orders:write"])
            #expect(try await keeper.token(path).credential == whole)
        }
    }

    @Test func `is not asked for where the description does not say how`() async throws {
        try await GrantWorld.with(nil, habits: .but { $0.listsExchange = false }) { world in
            let asked = world.server.requests(to: "/token").count
            let keeper = try await world.keeper()
            await #expect(throws: OAuthError(.unsupported, "")) {
                try await keeper.token(Self.path, narrowing: Self.less())
            }
            #expect(world.server.requests(to: "/token").count == asked)
        }
    }

    @Test func `is refused where the server did not narrow it, without losing the refresh token`() async throws {
        try await GrantWorld.with(.refresh, habits: .but { $0.ignoresScope = true }) { world in
            let keeper = try await world.keeper()
            for _ in 1...2 {
                await #expect(throws: OAuthError(.configuration, "")) {
                    try await keeper.token(Self.path, narrowing: Self.less())
                }
            }
            // One to import, one that was refused; the second ask sent nothing.
            #expect(world.server.requests(to: "/token").count == 2)
            #expect(try await keeper.refresh(.forced(Self.path)).first?.outcome == .refreshed)
            #expect(!world.server.hasSeenReuse)
        }
    }

    @Test(arguments: [ProviderDescription.NarrowingMethod.exchange, .refresh])
    func `that the server refuses puts nothing in a cool-down but itself`(
        _ method: ProviderDescription.NarrowingMethod
    ) async throws {
        try await GrantWorld.with(method) { world in
            let keeper = try await world.keeper()
            for _ in 1...2 {
                await #expect(throws: OAuthError(.configuration, "")) {
                    try await keeper.token(Self.path, narrowing: Self.less(nil, "nobody"))
                }
            }
            #expect(world.server.requests(to: "/token").count == 2)
            let view = try #require(try await keeper.status().first)
            #expect(view.state == "active" && view.lastError == nil)
            #expect(try await keeper.token(Self.path, narrowing: Self.less()).credential.scope == "orders:read")
            world.time.advance(by: 3700)
            #expect(world.rights(of: try await keeper.token(Self.path).credential.value) != nil)
        }
    }

    @Test func `is served from memory, apart from the whole, and its event names what it is`() async throws {
        try await GrantWorld.with(.exchange) { world in
            let keeper = try await world.keeper()
            let whole = try await keeper.credential(for: CredentialRequest(path: Self.path))
            let less = try await keeper.credential(for: Self.billing)
            let asked = world.server.requests(to: "/token").count
            for _ in 1...50 {
                #expect(try await keeper.credential(for: Self.billing) == less)
                #expect(try await keeper.credential(for: CredentialRequest(path: Self.path)) == whole)
            }
            #expect(world.server.requests(to: "/token").count == asked)
            let events = try await keeper.vault.ownAudit().filter { $0.action == .handOut }
            #expect(events.map { $0.details["audience"] } == [nil, "billing"])
            #expect(events.last?.details["scope"] == "orders:read")
        }
    }

    @Test func `that was rejected is replaced, and the whole one is not`() async throws {
        try await GrantWorld.with(.exchange) { world in
            let keeper = try await world.keeper()
            let whole = try await keeper.token(Self.path).credential
            let less = try await keeper.credential(for: Self.billing)
            // As young as that, it is the client that lacks a right.
            try await keeper.report(rejected: less)
            #expect(try await keeper.credential(for: Self.billing) == less)
            world.time.advance(by: 60)
            try await keeper.report(rejected: less)
            #expect(try await keeper.credential(for: Self.billing).value != less.value)
            #expect(try await keeper.token(Self.path).credential == whole)
        }
    }

    @Test func `is opened by a reader, who can't have another one issued`() async throws {
        try await GrantWorld.with(.exchange) { world in
            let reader = try await world.keeper(identity: world.reader())
            await #expect(throws: KeeperError(.needsIssuer, "")) { try await reader.credential(for: Self.billing) }
            let less = try await world.keeper().credential(for: Self.billing)
            #expect(try await reader.credential(for: Self.billing) == less)
            world.time.advance(by: 3590)
            await #expect(throws: KeeperError(.needsIssuer, "")) { try await reader.credential(for: Self.billing) }
        }
    }

    @Test func `of a static secret does not exist`() async throws {
        try await GrantWorld.with(.exchange) { world in
            let keeper = try await world.keeper()
            let path = KeeperWorld.path("main/key")
            try await keeper.put(path, Secret("made-up"))
            await #expect(throws: KeeperError(.usage, "")) {
                try await keeper.credential(for: CredentialRequest(path: path, audience: "billing"))
            }
        }
    }

    @Test func `that was issued under a leaked secret is asked for anew once there is another secret`() async throws {
        try await GrantWorld.with(.exchange) { world in
            let less = try await world.keeper().credential(for: Self.billing)
            let narrowing = try Self.less("orders:read", "billing")
            try await Self.taint(world, .serve)
            let tainted = try await world.keeper().token(Self.path, narrowing: narrowing)
            #expect(tainted.credential == less && tainted.note?.contains("leaked") == true)
            try await Self.taint(world, .serve) { $0.secretEpoch = $0.taintEpoch }
            #expect(try await world.keeper().token(Self.path, narrowing: narrowing).credential.value != less.value)
        }
    }

    @Test func `is on hold with its whole one`() async throws {
        try await GrantWorld.with(.exchange) { world in
            let keeper = try await world.keeper()
            _ = try await keeper.credential(for: Self.billing)
            try await Self.taint(world, .hold) { $0.frozenBy = "r1" }
            await #expect(throws: KeeperError(.rotating, "")) { try await keeper.credential(for: Self.billing) }
            let reader = try await world.keeper(identity: world.reader())
            await #expect(throws: KeeperError(.rotating, "")) { try await reader.credential(for: Self.billing) }
        }
    }

    @Test(arguments: [ProviderDescription.NarrowingMethod.exchange, .refresh])
    func `is handed to nobody if a leak was found while it was asked for`(
        _ method: ProviderDescription.NarrowingMethod
    ) async throws {
        try await GrantWorld.with(method) { world in
            let meddled = MeddledTransport(server: world.server) { request in
                if request.isNarrowed { try? await Self.taint(world, .hold) }
                return nil
            }
            let keeper = try await world.keeper(over: meddled)
            await #expect(throws: KeeperError(.rotating, "")) { try await keeper.credential(for: Self.billing) }
            #expect(world.server.requests(to: "/token").last?.fields["audience"] == "billing")
            let events = try await keeper.vault.ownAudit()
            #expect(!events.contains { $0.action == .handOut && $0.outcome == .allowed })
        }
    }

    @Test(arguments: [ProviderDescription.NarrowingMethod.exchange, .refresh])
    func `is handed to nobody if the connection ended while it was asked for`(
        _ method: ProviderDescription.NarrowingMethod
    ) async throws {
        try await GrantWorld.with(method) { world in
            let meddled = MeddledTransport(server: world.server) { request in
                guard request.isNarrowed, let other = try? await world.keeper() else { return nil }
                _ = try? await other.changeConnection(Self.path, action: .connect, reason: "by a person") { record in
                    record.state = .retired
                    return true
                }
                return nil
            }
            let keeper = try await world.keeper(over: meddled)
            await #expect(throws: (any Error).self) { try await keeper.credential(for: Self.billing) }
            #expect(world.server.requests(to: "/token").last?.fields["audience"] == "billing")
            #expect(!(try await keeper.vault.ownAudit()).contains { $0.action == .handOut })
        }
    }

    @Test func `carries the version of the pair that it was taken from`() async throws {
        try await GrantWorld.with(.exchange) { world in
            world.time.advance(by: 3700)
            let keeper = try await world.keeper()
            let less = try await keeper.credential(for: Self.billing)
            #expect(try await keeper.token(Self.path).credential.version == less.version)
        }
    }

    @Test func `by exchange keeps to Retry-After and to a block, as a refresh does`() async throws {
        try await GrantWorld.with(.exchange) { world in
            let meddled = MeddledTransport(server: world.server) { request in
                guard request.isNarrowed else { return nil }
                return .answered(HTTPAnswer(status: 429, headers: [("Retry-After", "120")], body: Secret("")))
            }
            let keeper = try await world.keeper(over: meddled)
            await #expect(throws: OAuthError(.rateLimited, "")) { try await keeper.credential(for: Self.billing) }
            let heir = try await world.keeper()
            let asked = world.server.requests(to: "/token").count
            for narrowing in [try Self.less(), try Self.less(nil, "billing")] {
                await #expect(throws: OAuthError(.coolDown, "")) {
                    try await heir.token(Self.path, narrowing: narrowing)
                }
            }
            #expect(try await heir.token(Self.path).credential.value.isEmpty == false)
            world.time.advance(by: 121)
            try await heir.changeConnection(Self.path, action: .connect, reason: "blocked") { record in
                record.state = .blocked
                return true
            }
            await #expect(throws: OAuthError(.blocked, "")) {
                try await heir.token(Self.path, narrowing: Self.less())
            }
            #expect(world.server.requests(to: "/token").count == asked)
        }
    }

    @Test func `wider than the connection is refused, and nothing is sent`() async throws {
        try await GrantWorld.with(.exchange) { world in
            let keeper = try await world.keeper()
            let path = KeeperWorld.path("main/as/service")
            _ = try await keeper.confirm(try await keeper.connectClientCredentials(path))
            let asked = world.server.requests(to: "/token").count
            for path in [path, Self.path] {
                for audience in [nil, "billing"] {
                    await #expect(throws: OAuthError(.configuration, "")) {
                        try await keeper.token(path, narrowing: Self.less("orders:read admin", audience))
                    }
                }
            }
            #expect(world.server.requests(to: "/token").count == asked)
        }
    }

    @Test(
        arguments: [("", nil, nil), (" ", nil, nil), (nil, "", nil), (nil, nil, "")] as [(String?, String?, String?)])
    func `of nothing is a mistake, and never the whole`(
        _ scope: String?, _ audience: String?, _ resource: String?
    ) async throws {
        try await GrantWorld.with(.exchange) { world in
            let provider = VaultCredentialProvider(
                keeper: try await world.keeper(), transport: NetworkTransport.patient())
            let request = CredentialRequest(path: Self.path, scope: scope, audience: audience, resource: resource)
            let error = await #expect(throws: CredentialError.self) { try await provider.credential(for: request) }
            #expect(error?.code == .misconfigured)
            await provider.close()
        }
    }

    @Test func `that was handed out again is counted for what it is`() async throws {
        try await GrantWorld.with(.exchange) { world in
            let keeper = try await world.keeper()
            for _ in 1...3 {
                _ = try await keeper.credential(for: Self.billing)
                _ = try await keeper.credential(for: CredentialRequest(path: Self.path))
            }
            await keeper.close()
            let events = try await world.keeper().vault.ownAudit().filter { $0.details["repeats"] == "2" }
            #expect(events.map { $0.details["audience"] ?? "whole" }.sorted() == ["billing", "whole"])
            #expect(events.first { $0.details["audience"] != nil }?.reason.contains("audience billing") == true)
        }
    }

    @Test func `that was refused is not given again by a reader's process either`() async throws {
        try await GrantWorld.with(.exchange) { world in
            _ = try await world.keeper().credential(for: Self.billing)
            let reader = try await world.keeper(identity: world.reader())
            let less = try await reader.credential(for: Self.billing)
            try await reader.report(rejected: less)
            #expect(try await reader.credential(for: Self.billing) == less)
            world.time.advance(by: 60)
            try await reader.report(rejected: less)
            await #expect(throws: KeeperError(.needsIssuer, "")) { try await reader.credential(for: Self.billing) }
            #expect(try await reader.token(Self.path).credential.value != less.value)
        }
    }

    @Test func `survives that a longer one was refused`() async throws {
        try await GrantWorld.with(.exchange) { world in
            let keeper = try await world.keeper()
            let less = try await keeper.credential(for: Self.billing)
            world.time.advance(by: 1800)
            let meddled = MeddledTransport(server: world.server) { request in
                request.isNarrowed ? GrantWorld.refusal : nil
            }
            let other = try await world.keeper(over: meddled)
            let narrowing = try Self.less("orders:read", "billing")
            await #expect(throws: OAuthError(.configuration, "")) {
                try await other.token(Self.path, narrowing: narrowing, minimumValidity: .seconds(3000))
            }
            #expect(try await world.keeper().credential(for: Self.billing) == less)
        }
    }

    private static func taint(
        _ world: GrantWorld, _ strength: TaintStrength, _ change: (inout AppRecord) -> Void = { _ in }
    ) async throws {
        let keeper = try await world.keeper()
        let entry = try #require(try await keeper.vault.inspect(GrantWorld.app))
        var app = try AppRecord(entry)
        app.taintEpoch += 1
        app.taintStrength = strength
        change(&app)
        _ = try await keeper.vault.commit(WriteBatch(.rotate, drafts: [app.draft(replacing: entry)]))
    }

    @Test(arguments: 1...8, [Life.Side.before, .after])
    func `by refresh may end at any point, and no grant is lost`(_ point: Int, _ side: Life.Side) async throws {
        try await GrantWorld.with(.refresh, habits: .but { $0.hasGrace = true }) { world in
            let doomed = try await world.keeper(Life(endingAt: point, side))
            _ = try? await doomed.token(Self.path, narrowing: Self.less())
            await doomed.landed()
            world.time.advance(by: 120)
            let heir = try await world.keeper()
            #expect(try await heir.refresh(.forced(Self.path)).first?.outcome == .refreshed)
            let whole = try await heir.token(Self.path).credential
            #expect(world.rights(of: whole.value)?.scope == ["orders:read", "orders:write"])
            #expect(try await heir.token(Self.path, narrowing: Self.less()).credential.scope == "orders:read")
            #expect(!world.server.hasSeenReuse)
        }
    }
}
