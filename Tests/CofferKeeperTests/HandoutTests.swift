// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

import CofferCredentials
import CofferOAuth
import CofferRotation
import CofferSQLite
import CofferVault
import Foundation
import Synchronization
import Testing

@testable import CofferKeeper

@Suite struct `What a process hands out again` {
    private static let acme = KeeperWorld.path("main/crm/acme")
    private static let key = KeeperWorld.path("main/key")

    /// A keeper that counts how often it reads the vault.
    private static func watched(_ world: KeeperWorld) async throws -> (keeper: Keeper, reads: Counter) {
        let store = WatchedStore(try SQLiteStore.open(world.location.vaultPath))
        let vault = try await Vault.unlock(store, with: world.location.identity.read(), now: { world.time.now })
        return (Keeper(vault: vault, effects: world.effects()), store.reads)
    }

    private static func handouts(_ world: KeeperWorld) async throws -> [AuditRecord] {
        try await world.keeper().vault.ownAudit()
            .filter { [.handOut, .read].contains($0.action) && $0.outcome == .allowed }
    }

    @Test(arguments: [acme, key])
    func `comes from memory while nothing changes, and is counted`(path: CredentialPath) async throws {
        try await KeeperWorld.with(accounts: ["acme"]) { world in
            try await world.keeper().put(Self.key, Secret("made-up"))
            let (keeper, reads) = try await Self.watched(world)
            let first = try await keeper.credential(for: CredentialRequest(path: path))
            let before = reads.count
            for _ in 1...100 { #expect(try await keeper.credential(for: CredentialRequest(path: path)) == first) }
            #expect(reads.count == before)
            #expect(try await Self.handouts(world).map(\.reason) == [""])
            await keeper.close()
            let events = try await Self.handouts(world)
            #expect(events.count == 2 && Set(events.map(\.action)).count == 1)
            #expect(events.last?.paths == [path.description])
            #expect(events.last?.reason == "100 more times" && events.last?.details["repeats"] == "100")
            #expect(events.map { $0.details["version"] } == Array(repeating: "\(first.version)", count: 2))
            // What is closed has nothing left to count.
            await keeper.close()
            #expect(try await Self.handouts(world).count == 2)
        }
    }

    @Test func `counts in a trace and in an exposure as often as it was handed out`() async throws {
        try await KeeperWorld.with(accounts: ["acme"]) { world in
            let (keeper, _) = try await Self.watched(world)
            for _ in 0..<8 { _ = try await keeper.token(Self.acme) }
            let token = try await world.token("acme")
            await keeper.close()
            let before = try await Self.handOutCount(world, token)
            let rows = try await world.keeper().exposure(.identity("owner")).rows
            #expect(rows.first { $0.path == Self.acme.description }?.reads == before)
            // Two events, of which the second stands for seven; and one more of whoever looked at the token here.
            let events = try await Self.handouts(world).count
            #expect(before == events + 6)
        }
    }

    @Test(arguments: [("-5", 1), ("0", 1), ("many", 1), ("3", 3), ("9223372036854775807", 1_000_000_000)])
    func `counts as something between once and a billion times, whatever an event says`(
        text: String, count: Int
    ) {
        let record = AuditRecord(at: Date(), action: .handOut, paths: [], details: ["repeats": text])
        #expect(record.repeatCount == count)
    }

    private static func handOutCount(_ world: KeeperWorld, _ token: String) async throws -> Int {
        try await world.keeper().trace(Secret(token)).matches.flatMap { $0.handedTo ?? [] }.reduce(0) { $0 + $1.count }
    }

    @Test func `is read again after any change, and still one event`() async throws {
        try await KeeperWorld.with(accounts: ["acme"]) { world in
            let (keeper, reads) = try await Self.watched(world)
            let first = try await keeper.token(Self.acme).credential
            let before = reads.count
            try await world.keeper().put(Self.key, Secret("another entry"))
            #expect(try await keeper.token(Self.acme).credential == first)
            #expect(reads.count > before)
            let after = reads.count
            #expect(try await keeper.token(Self.acme).credential == first)
            #expect(reads.count == after)
            #expect(try await Self.handouts(world).count == 1)
            // The next version is an event, after the count of the one before.
            _ = try await world.keeper().refresh(.forced(Self.acme))
            #expect(try await keeper.token(Self.acme).credential.value != first.value)
            let events = try await Self.handouts(world)
            #expect(events.map(\.reason) == ["", "2 more times", ""])
            #expect(events.map { $0.details["version"] } == ["1", "1", "2"])
        }
    }

    @Test func `ends with its soft window, and with the validity that is asked`() async throws {
        try await KeeperWorld.with(accounts: ["acme"]) { world in
            let (keeper, reads) = try await Self.watched(world)
            let first = try await keeper.token(Self.acme).credential
            world.time.advance(by: 40_000)
            var before = reads.count
            #expect(try await keeper.token(Self.acme, minimumValidity: .seconds(40_000)).credential == first)
            #expect(reads.count == before)
            #expect(try await keeper.token(Self.acme, minimumValidity: .seconds(50_000)).credential != first)
            #expect(reads.count > before)
            let second = try await keeper.token(Self.acme).credential
            world.time.advance(by: 86_400 - 300)
            before = reads.count
            _ = try await keeper.token(Self.acme)
            #expect(reads.count > before)
            await keeper.landed()
            #expect(try await keeper.token(Self.acme).credential != second)
        }
    }

    @Test func `is the new value, or nothing, once another process has changed it`() async throws {
        try await KeeperWorld.with(accounts: ["acme"]) { world in
            let provider = try await world.provider()
            let other = try await world.keeper()
            try await other.put(Self.key, Secret("one"))
            let request = CredentialRequest(path: Self.key)
            for text in ["one", "two", "three"] {
                try await other.put(Self.key, Secret(text))
                for _ in 1...3 { #expect(try await provider.credential(for: request).value == Secret(text)) }
            }
            try await other.remove(Self.key)
            await Self.expect(.notFound) { try await provider.credential(for: request) }
            _ = try await provider.credential(for: CredentialRequest(path: Self.acme))
            try await other.remove(Self.acme)
            await Self.expect(.notFound) { try await provider.credential(for: CredentialRequest(path: Self.acme)) }
            await provider.close()
        }
    }

    @Test func `is counted for the ticket that asks, also where it is at hand for others`() async throws {
        try await KeeperWorld.with(accounts: ["acme"]) { world in
            let (keeper, _) = try await Self.watched(world)
            let request = CredentialRequest(path: Self.acme)
            let ci = TicketID(number: 1, name: "ci")
            for _ in 1...3 { _ = try await keeper.credential(for: request) }
            for _ in 1...4 {
                _ = try await Asker.named(ci) { try await keeper.credential(for: request) }
            }
            await keeper.close()
            let events = try await Self.handouts(world)
            let repeats = { (ticket: String?) in
                events.filter { $0.details["ticket"] == ticket }.map { $0.details["repeats"] ?? "" }
            }
            #expect(repeats(nil) == ["", "2"])
            #expect(repeats("ci") == ["", "3"])
        }
    }

    @Test func `is an event of its own for each ticket, also where one has the name of another`() async throws {
        try await KeeperWorld.with(accounts: ["acme"]) { world in
            let (keeper, _) = try await Self.watched(world)
            let request = CredentialRequest(path: Self.acme)
            for number in 1...2 {
                let ticket = TicketID(number: number, name: "ci")
                for _ in 1...3 { _ = try await Asker.named(ticket) { try await keeper.clientToken(for: request) } }
                // As the agent asks, before it begins anything.
                #expect(keeper.recalledToken(for: request, ticket: ticket) != nil)
            }
            #expect(keeper.recalledToken(for: request, ticket: TicketID(number: 3, name: "ci")) == nil)
            #expect(try await Self.handouts(world).map { $0.details["ticket"] } == ["ci", "ci"])
            await keeper.close()
            let events = try await Self.handouts(world)
            #expect(events.count == 4 && events.compactMap { $0.details["repeats"] } == ["3", "3"])
        }
    }

    @Test func `is nothing to a member that was removed`() async throws {
        try await KeeperWorld.with(accounts: ["acme"]) { world in
            let reader = try await world.keeper(of: world.join("reader", .reader))
            let first = try await reader.token(Self.acme).credential
            #expect(try await reader.token(Self.acme).credential == first)
            _ = try await world.keeper().vault.removeMember("reader")
            await #expect(throws: VaultError(.wrongIdentity, "")) { try await reader.token(Self.acme) }
        }
    }

    @Test(arguments: [TaintStrength.hold, .serve])
    func `is not a tainted token without saying so`(strength: TaintStrength) async throws {
        try await KeeperWorld.with(accounts: ["acme"]) { world in
            let keeper = try await world.keeper()
            for _ in 1...2 { #expect(try await keeper.token(Self.acme).note == nil) }
            let other = try await world.keeper()
            let id = try await other.openRotation(of: KeeperWorld.app, taint: strength)
            _ = try await other.resumeRotation(id, operator: ScriptedOperator(isPresent: false, []))
            for _ in 1...3 {
                switch strength {
                case .hold:
                    await #expect(throws: KeeperError(.rotating, "")) { try await keeper.token(Self.acme) }
                case .serve: #expect(try await keeper.token(Self.acme).note?.contains("tainted") == true)
                }
            }
            // Each hand-out of a tainted token is an event of its own.
            #expect(try await Self.handouts(world).count == (strength == .serve ? 4 : 1))
        }
    }

    /// The taint commits after the token was read and before its event is written.
    @Test func `is never a token that was put on hold while it was being handed out`() async throws {
        try await KeeperWorld.with(accounts: ["acme"]) { world in
            let other = try await world.keeper()
            let isFirst = Mutex(true)
            let keeper = try await world.keeper { store in
                WatchedStore(store) { _, durability in
                    guard durability == .flushed,
                        isFirst.withLock({ first in
                            defer { first = false }
                            return first
                        })
                    else { return }
                    let id = try await other.openRotation(of: KeeperWorld.app, taint: .hold)
                    _ = try await other.resumeRotation(id, operator: ScriptedOperator(isPresent: false, []))
                }
            }
            await #expect(throws: KeeperError(.rotating, "")) { try await keeper.token(Self.acme) }
            #expect(try await Self.handouts(world).isEmpty)
        }
    }

    @Test func `where no counter tells of changes is read each time`() async throws {
        try await KeeperWorld.with(accounts: ["acme"]) { world in
            var store = WatchedStore(try SQLiteStore.open(world.location.vaultPath))
            store.tellsOfChanges = false
            let vault = try await Vault.unlock(store, with: world.location.identity.read(), now: { world.time.now })
            let keeper = Keeper(vault: vault, effects: world.effects())
            for _ in 1...3 { _ = try await keeper.token(Self.acme) }
            #expect(try await Self.handouts(world).count == 3)
        }
    }

    private static func expect(_ code: CredentialError.Code, _ body: () async throws -> some Any) async {
        do {
            _ = try await body()
            Issue.record("it did not fail")
        } catch {
            #expect((error as? CredentialError)?.code == code, "\(error)")
        }
    }
}
