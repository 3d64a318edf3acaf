// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

import CofferCredentials
import CofferOAuth
import CofferRotation
import CofferSandbox
import CofferVault
import Foundation
import Testing

@testable import CofferKeeper

/// The link by which an account logs in again that a rotation could not refresh.
@Suite(.timeLimit(.minutes(4))) struct `A link to log in again` {
    private static let acme = KeeperWorld.path("main/crm/acme")

    /// A rotation that leaves these accounts to a person: their grants were withdrawn at the provider.
    private static func rotate(_ world: KeeperWorld, losing accounts: String...) async throws -> RotationReport {
        for account in accounts { try world.sandbox.revokeAccess(of: account) }
        let keeper = try await world.keeper()
        let id = try await keeper.openRotation(of: KeeperWorld.app)
        return try await keeper.resumeRotation(id, operator: ClickingOperator(sandbox: world.sandbox))
    }

    private static func query(_ url: String?) -> [String: String] {
        let items = url.flatMap { URLComponents(string: $0) }?.queryItems ?? []
        return Dictionary(items.map { ($0.name, $0.value ?? "") }) { $1 }
    }

    @Test func `is there for who needs a person, the same in every process, and gone when the account is back`()
        async throws
    {
        try await KeeperWorld.with(accounts: ["acme", "birch"]) { world in
            let report = try await Self.rotate(world, losing: "acme")
            let links = try await world.keeper().loginLinks(of: report)
            #expect(links.map(\.path) == [Self.acme])
            #expect(try await world.keeper().loginLinks(of: report) == links)
            let link = try #require(links.first)
            #expect(link.command == "coffer connect main/crm/acme --link \(report.id)")
            #expect(link.url?.hasPrefix("https://") == true)
            let query = Self.query(link.url)
            #expect(query["client_id"] == world.sandbox.integration.clientID)

            // The person clicks; another process takes where that ended.
            let callback = try world.sandbox.authorize(account: "acme", state: query["state"]).callbackURL
            let other = try await world.keeper()
            let attempt = try #require(try await other.linkedAttempt(report, Self.acme))
            let code = try CallbackParser(attempt).parse(callback)
            let found = try await other.finishConnecting(Self.acme, with: code)
            #expect(found.replacesAccountID == nil)
            #expect(try await other.confirm(found).state == "active")
            #expect(try await world.keeper().loginLinks(of: report).isEmpty)
            // Whoever kept it, or never had one, can begin nothing.
            for path in [Self.acme, KeeperWorld.path("main/crm/birch"), KeeperWorld.path("main/crm/nobody")] {
                await #expect(throws: KeeperError(.usage, "")) { try await other.linkedAttempt(report, path) }
            }
        }
    }

    @Test func `is there also for who was connected while the rotation was opened, and needs a person`() async throws {
        try await KeeperWorld.with(accounts: ["acme"]) { world in
            let (writes, birch) = (Counter(), KeeperWorld.path("main/crm/birch"))
            let keeper = try await world.keeper { store in
                WatchedStore(store) { _, durability in
                    // The plan is made, and not committed yet.
                    if durability == .synced, writes.next() == 1 { try await world.connect("birch") }
                }
            }
            let id = try await keeper.openRotation(of: KeeperWorld.app, mode: .planned)
            try world.sandbox.revokeAccess(of: "birch")
            let report = try await keeper.resumeRotation(id, operator: ClickingOperator(sandbox: world.sandbox))
            #expect(report.connections.map(\.outcome) == [.reissued], "\(report.text)")
            #expect(report.unplanned.map(\.outcome) == [.needsPerson], "\(report.text)")
            #expect(report.loginAdvice?.hasSuffix("coffer rotate links \(id)") == true)
            #expect(try await world.keeper().loginLinks(of: report).map(\.path) == [birch])

            let attempt = try #require(try await keeper.linkedAttempt(report, birch))
            let state = attempt.state?.withExposedText { $0 }
            let callback = try world.sandbox.authorize(account: "birch", state: state).callbackURL
            let found = try await keeper.finishConnecting(
                birch, with: CallbackParser(attempt).parse(callback), linkedBy: report)
            #expect(try await keeper.confirm(found).state == "active")
            #expect(try await keeper.loginLinks(of: report).isEmpty)
        }
    }

    @Test func `is that of one connection and one rotation, and of nobody else`() async throws {
        try await KeeperWorld.with(accounts: ["acme", "birch"]) { world in
            let report = try await Self.rotate(world, losing: "acme", "birch")
            let keeper = try await world.keeper()
            let links = try await keeper.loginLinks(of: report)
            let states = links.compactMap { Self.query($0.url)["state"] }
            #expect(states.count == 2 && Set(states).count == 2)
            let pair = try await keeper.pair(Self.acme)
            let attempt = try #require(try await keeper.loginAttempt(report.id, pair))
            let other = try #require(try await keeper.loginAttempt(RotationID(random: 7), pair))
            for state in [other.state?.withExposedText { $0 }, states.last] {
                let callback = try world.sandbox.authorize(account: "acme", state: state).callbackURL
                #expect(throws: OAuthError(.callbackMismatch, "")) { try CallbackParser(attempt).parse(callback) }
            }
        }
    }

    @Test func `takes no other account, whoever had it, and the right one afterwards`() async throws {
        try await KeeperWorld.with(accounts: ["acme", "birch"]) { world in
            let report = try await Self.rotate(world, losing: "acme")
            let keeper = try await world.keeper()
            let attempt = try #require(try await keeper.linkedAttempt(report, Self.acme))
            func answer(_ account: String) async throws -> FoundAccount {
                let state = attempt.state?.withExposedText { $0 }
                let callback = try world.sandbox.authorize(account: account, state: state).callbackURL
                return try await keeper.finishConnecting(
                    Self.acme, with: CallbackParser(attempt).parse(callback), linkedBy: report)
            }
            await #expect(throws: KeeperError(.accountMismatch, "")) { try await answer("birch") }
            let left = try await keeper.pair(Self.acme).connection
            #expect(left.strays.isEmpty && left.state == .needsReauthorization)
            #expect(try await keeper.confirm(answer("acme")).state == "active")
            await #expect(throws: KeeperError(.usage, "")) { try await answer("acme") }
        }
    }

    @Test func `leaves it to a person where nobody knows which account was connected`() async throws {
        try await KeeperWorld.with(accounts: ["acme", "birch"]) { world in
            let report = try await Self.rotate(world, losing: "acme")
            let keeper = try await world.keeper()
            let host = try #require(try await keeper.pair(Self.acme).connection.accountHost)
            func answer(_ account: String) async throws -> FoundAccount {
                let attempt = try #require(try await keeper.linkedAttempt(report, Self.acme))
                let state = attempt.state?.withExposedText { $0 }
                let callback = try world.sandbox.authorize(account: account, state: state).callbackURL
                return try await keeper.finishConnecting(
                    Self.acme, with: CallbackParser(attempt).parse(callback), linkedBy: report)
            }
            for known in [host, nil] {
                try await keeper.changeConnection(Self.acme, action: .connect, reason: "imported") {
                    $0.accountID = nil
                    $0.accountHost = known
                    return true
                }
                if known != nil {
                    await #expect(throws: KeeperError(.accountMismatch, "")) { try await answer("birch") }
                }
                let found = try await answer(known == nil ? "birch" : "acme")
                #expect(found.isUncompared)
                try await keeper.discard(found)
            }
        }
    }

    @Test func `is another once what it asks for, or what it replaces, is another`() async throws {
        try await KeeperWorld.with(accounts: ["acme", "birch"]) { world in
            let report = try await Self.rotate(world, losing: "acme", "birch")
            let keeper = try await world.keeper()
            let before = try await keeper.loginLinks(of: report).map { Self.query($0.url)["state"] }
            #expect(before.count == 2 && !before.contains(nil))
            try await keeper.changeConnection(Self.acme, action: .connect, reason: "another pair came") {
                $0.tokenVersion += 1
                return true
            }
            let after = try await keeper.loginLinks(of: report).map { Self.query($0.url)["state"] }
            #expect(after.first != before.first && after.last == before.last)
        }
    }

    @Test func `is there for nobody while the new secret is not in force, or after the connection was removed`()
        async throws
    {
        try await KeeperWorld.with(accounts: ["acme", "birch"]) { world in
            let report = try await Self.rotate(world, losing: "acme", "birch")
            let keeper = try await world.keeper()
            _ = try await keeper.remove(Self.acme)
            #expect(try await keeper.loginLinks(of: report).map(\.path.description) == ["main/crm/birch"])
            await #expect(throws: KeeperError(.usage, "")) { try await keeper.linkedAttempt(report, Self.acme) }
            let id = try await keeper.openRotation(of: KeeperWorld.app)
            _ = try await keeper.resumeRotation(id, operator: ScriptedOperator(isPresent: false, []))
            await #expect(throws: KeeperError(.busy, "")) { try await keeper.loginLinks(of: report) }
        }
    }
}
