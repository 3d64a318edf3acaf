// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

import CofferSandbox
import Foundation
import Subprocess
import Testing

/// What the program makes of a server that misbehaves: no grant is lost that need not be, and no token is sent that must not.
@Suite(.timeLimit(.minutes(3))) struct `A server that plays tricks` {
    private static let force = ["refresh", "--force", "main/crm/acme"]
    private static let reference = "main/crm/acme#refresh_token"

    private func set(_ world: World, _ faults: FaultKind..., times: Int = 1, seconds: Double? = nil) {
        world.sandbox.faults.set(
            faults.map { kind in
                FaultRule(
                    kind, grantType: "refresh_token", times: kind.bendsAnswer ? times : 0, seconds: seconds)
            })
        world.sandbox.log.clear()
    }

    /// Expects that the grant lives: a refresh works and gives a token that works.
    private func expectAlive(_ world: World) async throws {
        world.sandbox.faults.clear()
        try await world.succeed(Self.force)
        #expect(try await world.accountStatus("acme", token: world.token("acme")) == 200)
        #expect(try await world.state("acme") == "active")
    }

    @Test(arguments: [FaultKind.answerLost, .resetInAnswer, .truncatedBody])
    func `an answer that is lost within a grace window is fetched again, once`(kind: FaultKind) async throws {
        try await World.with { world in
            let spent = try await world.field(Self.reference)
            set(world, .graceWindow, kind)
            #expect(try await world.program.run(Self.force).status != .exited(80))
            try await world.succeed(Self.force)
            #expect(world.sandbox.log.requests(carrying: spent).count <= 2)
            #expect(try await world.field(Self.reference) != spent)
            try await expectAlive(world)
        }
    }

    @Test(arguments: [FaultKind.answerLost, .resetInAnswer])
    func `without a grace window the program asks once more, and then says that it needs a person`(
        kind: FaultKind
    ) async throws {
        try await World.with { world in
            let spent = try await world.field(Self.reference)
            set(world, kind)
            _ = try await world.program.run(Self.force)
            for _ in 0..<2 { _ = try await world.program.run(Self.force) }
            #expect(world.sandbox.log.requests(carrying: spent).count == 2)
            #expect(try await world.state("acme") == "needs_reauthorization")
            try await world.connect("acme")
            #expect(try await world.state("acme") == "active")
        }
    }

    @Test(arguments: [FaultKind.reset, .hugeBody, .htmlBody, .serverError, .forbidden, .tooManyRequests])
    func `what was not processed costs nothing`(kind: FaultKind) async throws {
        try await World.with { world in
            let token = try await world.field(Self.reference)
            set(world, kind)
            #expect(try await world.program.run(Self.force).status != .exited(0))
            #expect(try await world.field(Self.reference) == token)
            try await expectAlive(world)
        }
    }

    @Test(arguments: [
        FaultKind.gzip, .wrongContentType, .duplicateKeys, .slowDrip, .clockSkew, .oldTokenUntilNewIsUsed,
    ])
    func `a good answer in odd clothes is taken`(kind: FaultKind) async throws {
        try await World.with { world in
            let spent = try await world.field(Self.reference)
            set(world, kind, seconds: kind == .clockSkew ? -7_200 : 0)
            try await world.succeed(Self.force)
            #expect(world.sandbox.log.requests(for: .token).count == 1)
            #expect(try await world.accountStatus("acme", token: world.token("acme")) == 200)
            try await expectAlive(world)
            #expect(world.sandbox.log.requests(carrying: spent).count == 1)
            #expect(!world.sandbox.log.wasSent(secret: "decoy-access"))
            #expect(!world.sandbox.log.wasSent(secret: "decoy-refresh"))
        }
    }

    @Test func `the same token again is no reason to loop`() async throws {
        try await World.with(lifetime: .seconds(30)) { world in
            let token = try await world.field(Self.reference)
            set(world, .sameTokenAgain)
            let end = try await world.program.run(Self.force)
            #expect(end.status != .exited(80), "\(end.errors)")
            #expect(world.sandbox.log.requests(for: .token).count == 1)
            #expect(try await world.field(Self.reference) == token)
            try await expectAlive(world)
        }
    }

    @Test func `a token that expired on arrival is asked for once, and the new refresh token is kept`() async throws {
        try await World.with { world in
            let spent = try await world.field(Self.reference)
            set(world, .expiredOnArrival)
            let end = try await world.program.run(Self.force)
            #expect(end.status == .exited(76), "\(end.errors)")
            #expect(end.text.contains("already expired") || end.errors.contains("already expired"), "\(end.errors)")
            #expect(world.sandbox.log.requests(for: .token).count == 1)
            #expect(try await world.field(Self.reference) != spent)
            #expect(try await world.state("acme") == "active")
            // In the cool-down, whose length is drawn, nothing is sent; what expired on arrival is never handed out.
            world.sandbox.faults.clear()
            let asked = try await world.program.run("token", "main/crm/acme")
            if asked.status == .exited(75) {
                #expect(asked.text.isEmpty && asked.errors.contains("already expired"), "\(asked.errors)")
                #expect(world.sandbox.log.requests(for: .token).count == 1)
            } else {
                let token = asked.text.trimmingCharacters(in: .newlines)
                #expect(try await world.accountStatus("acme", token: token) == 200, "\(asked.errors)")
            }
            try await expectAlive(world)
            #expect(world.sandbox.log.requests(carrying: spent).count == 1)
        }
    }

    @Test func `a renamed account is found again by its next refresh, and nothing is sent elsewhere`() async throws {
        try await World.with { world in
            let token = try await world.field(Self.reference)
            try world.sandbox.rename(account: "acme")
            world.sandbox.log.clear()
            let end = try await world.program.run(Self.force)
            #expect(end.status == .exited(0), "\(end.errors)")
            #expect(world.sandbox.log.records.allSatisfy { $0.host.hasSuffix("amocrm.localhost") })
            // At its old host, where nobody processed it, and at its new one; between them the shard was asked.
            #expect(world.sandbox.log.requests(for: .subdomain).count == 1)
            #expect(try await world.field(Self.reference) != token)
            #expect(try await world.state("acme") == "active")
            let row = try await world.status()["main/crm/acme"]
            #expect((row?["account_url"] as? String)?.contains("acme-2.") == true, "\(String(describing: row))")
            let again = try await world.program.run(Self.force)
            #expect(again.status == .exited(0), "\(again.errors)")
            #expect(world.sandbox.log.requests(for: .subdomain).count == 1)
        }
    }

    @Test func `an account that is renamed under a request is found in the same refresh, with the same token`()
        async throws
    {
        try await World.with { world in
            let token = try await world.field(Self.reference)
            world.sandbox.log.clear()
            world.sandbox.faults.set([FaultRule(.renamedAccount, grantType: "refresh_token")])
            let end = try await world.program.run(Self.force)
            #expect(end.status == .exited(0), "\(end.errors)")
            #expect(world.sandbox.log.requests(for: .subdomain).count == 1)
            #expect(world.sandbox.log.requests(for: .token).map(\.status) == [404, 200])
            #expect(try await world.field(Self.reference) != token)
            #expect(try await world.state("acme") == "active")
        }
    }

    @Test func `a renamed account whose shard is outside the description stays as it is, and a person is told`()
        async throws
    {
        try await World.with(accounts: []) { world in
            world.sandbox.faults.set([FaultRule(.unresolvableHost, grantType: "authorization_code", times: 0)])
            try await world.connect("acme")
            let token = try await world.field(Self.reference)
            world.sandbox.log.clear()
            world.sandbox.faults.set([FaultRule(.renamedAccount, grantType: "refresh_token")])
            let end = try await world.program.run(Self.force)
            #expect(end.status == .exited(78), "\(end.errors)")
            #expect(world.sandbox.log.requests(for: .token).map(\.status) == [404])
            #expect(world.sandbox.log.requests(for: .subdomain).isEmpty)
            #expect(try await world.field(Self.reference) == token)
            #expect(try await world.state("acme") == "active")
        }
    }

    @Test func `a certificate that changes stops the request before anything is sent`() async throws {
        try await World.with { world in
            world.sandbox.log.clear()
            world.sandbox.faults.set([FaultRule(.certificateSwap, account: "acme", times: 0)])
            let end = try await world.program.run(Self.force)
            #expect(end.status == .exited(69), "\(end.errors)")
            #expect(end.text.contains("certificate"), "\(end.text)\(end.errors)")
            #expect(world.sandbox.log.records.isEmpty)
            try await expectAlive(world)
        }
    }

    @Test func `a secret that changed underneath is a fault of the app, and no grant is marked dead`() async throws {
        try await World.with { world in
            set(world, .secretChanged)
            let end = try await world.program.run(Self.force)
            #expect(end.status == .exited(78), "\(end.errors)")
            #expect(try await world.state("acme") == "active")
        }
    }

    /// All that can happen to an answer, but for what takes a deadline to end.
    private static let quick: [FaultKind] = [
        .answerLost, .reset, .resetInAnswer, .htmlBody, .emptyBody, .truncatedBody, .missingAccessToken, .duplicateKeys,
        .wrongContentType, .gzip, .redirect, .tooManyRequests, .forbidden, .serverError, .clockSkew,
    ]

    @Test(arguments: [UInt64(1), 2])
    func `faults at random lose nothing where there is grace, and send no token that must not be sent`(
        seed: UInt64
    ) async throws {
        let accounts = ["acme", "birch", "cedar"]
        try await World.with(accounts: accounts) { world in
            world.sandbox.log.clear()
            world.sandbox.faults.set([FaultRule(.graceWindow, grantType: "refresh_token", times: 0, seconds: 600)])
            world.sandbox.faults.set(FaultSeed(seed, percent: 30, kinds: Self.quick))
            for _ in 0..<8 {
                for account in accounts { _ = try await world.program.run("refresh", "--force", "main/crm/\(account)") }
            }
            let met = world.sandbox.log.records.count { $0.fault?.contains("+") == true }
            #expect(met >= 3)
            world.sandbox.faults.set(nil as FaultSeed?)
            for account in accounts {
                try await world.succeed("refresh", "--force", "main/crm/\(account)")
                #expect(try await world.state(account) == "active", "seed \(seed), \(account)")
            }
            for sent in world.sandbox.log.refreshTokenPresentations {
                #expect(!sent.isTwiceAtOnce && !sent.isAfterSuccess && !sent.isAfterRefusal, "seed \(seed): \(sent)")
                #expect(sent.repeatCount <= 1, "seed \(seed): \(sent)")
            }
        }
    }

    /// Nobody finds out that no resolver knows it, as `.invalid` is under none of the description's suffixes.
    ///
    /// `UnresolvableHostTests` has one that is allowed, and a resolver of the test's.
    @Test func `a callback that names a host outside the description is refused before the code is sent`()
        async throws
    {
        try await World.with(accounts: []) { world in
            world.sandbox.faults.set([FaultRule(.unresolvableHost, at: .consent)])
            let end = try await world.tryConnecting("acme")
            #expect(end.status == .exited(78) && end.errors.contains("does not allow the host"), "\(end.errors)")
            #expect(world.sandbox.log.requests(for: .token).isEmpty)
            #expect(try await world.status().isEmpty)
        }
    }
}
