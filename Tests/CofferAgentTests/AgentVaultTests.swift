// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

import CofferCredentials
import CofferCredentialsTesting
import CofferOAuth
import CofferVault
import Foundation
import Synchronization
import Testing

@testable import CofferAgent
@testable import CofferKeeper

@Suite(.timeLimit(.minutes(2))) struct `A vault that an agent locks` {
    /// A vault that was made for one test, and what it said.
    private struct Scene {
        let vault: AgentVault
        let clock: ManualClock
        let changes: Changes

        func read() async throws -> String {
            let path = try CredentialPath("main/key")
            let credential = try await vault.use(.handOut) { try await $0.clientSecret(at: path) }
            return credential.value.withExposedText { $0 }
        }
    }

    /// What was told, and whether the keys are still somewhere.
    private final class Changes: Sendable {
        private struct State {
            var told: [Bool] = []
            weak var keys: (any AnyObject & Sendable)?
        }

        private let state = Mutex(State())

        var told: [Bool] { state.withLock { $0.told } }
        var areKeysGone: Bool { state.withLock { $0.keys == nil } }

        func tell(_ isLocked: Bool) { state.withLock { $0.told.append(isLocked) } }
        func watch(_ keeper: Keeper) { state.withLock { $0.keys = keeper.vault } }
    }

    /// What happens once, when the keeper next looks at the clock.
    private final class Moment: Sendable {
        private let arranged = Mutex<(@Sendable () -> Void)?>(nil)

        func arrange(_ action: @escaping @Sendable () -> Void) { arranged.withLock { $0 = action } }

        func now() -> Date {
            let action = arranged.withLock { arranged -> (@Sendable () -> Void)? in
                defer { arranged = nil }
                return arranged
            }
            action?()
            return Date()
        }
    }

    private static func with(
        beginsLocked: Bool = false, lockAfter: Duration? = nil, now: (@Sendable () -> Date)? = nil,
        _ body: (Scene) async throws -> Void
    ) async throws {
        let folder = NSTemporaryDirectory() + "coffer-agent-\(UUID().uuidString)"
        try FileManager.default.createDirectory(
            atPath: folder, withIntermediateDirectories: true, attributes: [.posixPermissions: 0o700])
        defer { try? FileManager.default.removeItem(atPath: folder) }
        let location = VaultLocation(vaultPath: "\(folder)/vault.db", identity: .file("\(folder)/identity"))
        let transport = NetworkTransport(userAgent: "coffer/test")
        let effects = KeeperEffects(transport: transport, now: now)
        do {
            _ = try await Keeper.initialise(location, effects: effects)
            try await Keeper.open(location, effects: effects).put(
                try CredentialPath("main/key"), Secret("made-up-value"))
            let (clock, changes) = (ManualClock(), Changes())
            let vault = try await AgentVault(
                KeeperOpening(location, effects: effects), beginsLocked: beginsLocked, lockAfter: lockAfter,
                clock: clock
            ) { changes.tell($0) }
            try await body(Scene(vault: vault, clock: clock, changes: changes))
            await vault.end()
            await transport.shutdown()
        } catch {
            await transport.shutdown()
            throw error
        }
    }

    @Test func `keeps no key, hands nothing out, and is opened again`() async throws {
        try await Self.with { scene in
            try await scene.vault.use { scene.changes.watch($0) }
            #expect(try await scene.read() == "made-up-value")
            #expect(!scene.vault.isLocked && !scene.changes.areKeysGone)
            await scene.vault.lock()
            #expect(scene.vault.isLocked && scene.changes.areKeysGone)
            await #expect(throws: CredentialError.locked) { try await scene.read() }
            let request = CredentialRequest(path: try CredentialPath("main/crm/acme"))
            #expect(throws: CredentialError.locked) { try scene.vault.recalledToken(for: request) }
            try await scene.vault.unlock(nil)
            #expect(try await scene.read() == "made-up-value")
            #expect(scene.changes.told == [true, false])
        }
    }

    @Test func `may begin so, and knows its id alone until it is opened`() async throws {
        try await Self.with(beginsLocked: true, lockAfter: .seconds(60)) { scene in
            await #expect(throws: CredentialError.locked) { try await scene.read() }
            #expect(scene.vault.isLocked && scene.vault.facts.identityName == nil)
            let id = scene.vault.facts.vaultID
            try await scene.vault.unlock(nil)
            let value = try await scene.read()
            #expect(value == "made-up-value" && scene.changes.told == [false])
            #expect(scene.vault.facts.identityName != nil && scene.vault.facts.vaultID == id)
        }
    }

    @Test func `tells first of all that it is locked, and counts how often it was`() async throws {
        try await Self.with { scene in
            let (vault, changes) = (scene.vault, scene.changes)
            let before = vault.lockCount
            vault.whenLocking { changes.tell(false) }
            await vault.lock()
            #expect(changes.told == [false, true] && vault.lockCount > before)
            try await vault.unlock(nil)
            let after = vault.lockCount
            #expect(after > before)
        }
    }

    @Test func `ends what is under way`() async throws {
        try await Self.with { scene in
            let (vault, clock) = (scene.vault, scene.clock)
            let work = Task { try await vault.use { _ in try await clock.sleep(for: .seconds(1)) } }
            await clock.waitForSleepers(1)
            await vault.lock()
            await #expect(throws: CredentialError.locked) { try await work.value }
        }
    }

    @Test func `is locked when nothing was handed out for long enough, also where no timer has run`() async throws {
        try await Self.with(lockAfter: .seconds(60)) { scene in
            scene.clock.advance(by: .seconds(59))
            #expect(try await scene.read() == "made-up-value")
            scene.clock.advance(by: .seconds(59))
            // This is no hand-out.
            try await scene.vault.use { _ in }
            scene.clock.advance(by: .seconds(1))
            await #expect(throws: CredentialError.locked) { try await scene.read() }
            await scene.vault.lock()
            #expect(scene.changes.told == [true])
            try await scene.vault.unlock(nil)
            #expect(try await scene.read() == "made-up-value")
            scene.clock.advance(by: .seconds(60))
            try await scene.vault.lockWhenIdle(.seconds(60))
            #expect(scene.vault.isLocked)
        }
    }

    @Test func `is locked in spite of tickets, and of questions after what is not there`() async throws {
        let request = CredentialRequest(path: try CredentialPath("main/crm/acme"))
        try await Self.with(lockAfter: .seconds(60)) { scene in
            try await Self.remember(request.path, in: scene.vault)
            scene.clock.advance(by: .seconds(59))
            let ticket = TicketID(number: 1, name: "import")
            #expect(try scene.vault.recalledToken(for: request, ticket: ticket) == nil)
            let none = CredentialRequest(path: try CredentialPath("main/none"))
            #expect(try scene.vault.recalledToken(for: none) == nil)
            await #expect(throws: CredentialError(.notFound, message: "")) {
                try await scene.vault.use(.handOut) { try await $0.clientSecret(at: none.path) }
            }
            scene.clock.advance(by: .seconds(1))
            await #expect(throws: CredentialError.locked) { try await scene.read() }
        }
        try await Self.with(lockAfter: .seconds(60)) { scene in
            try await Self.remember(request.path, in: scene.vault)
            scene.clock.advance(by: .seconds(59))
            #expect(try scene.vault.recalledToken(for: request) != nil)
            scene.clock.advance(by: .seconds(1))
            #expect(try await scene.read() == "made-up-value")
        }
    }

    /// Has a token handed out before, as far as the keeper remembers.
    private static func remember(_ path: CredentialPath, in vault: AgentVault) async throws {
        try await vault.use { keeper in
            let credential = Credential(path: path, value: Secret("made-up-token"), version: 1)
            let mark = keeper.vault.mark()
            keeper.memory.keep(
                Handout(credential: credential, action: .handOut, entryID: .random(), mark: mark) { _, _ in true })
        }
    }

    @Test func `is not locked before a token that is being recalled is out`() async throws {
        let moment = Moment()
        let now: @Sendable () -> Date = { moment.now() }
        try await Self.with(now: now) { scene in
            let (vault, changes) = (scene.vault, scene.changes)
            let request = CredentialRequest(path: try CredentialPath("main/crm/acme"))
            moment.arrange {
                Task { await vault.lock() }
                // Long enough for a lock that does not wait.
                for _ in 0..<100_000 where changes.told.isEmpty { sched_yield() }
                #expect(changes.told.isEmpty)
            }
            #expect(try vault.recalledToken(for: request) == nil)
            await vault.lock()
            #expect(changes.told == [true])
        }
    }

    @Test func `is opened anew while requests are under way, which end as they began`() async throws {
        try await Self.with { scene in
            let (vault, clock) = (scene.vault, scene.clock)
            try await vault.use { scene.changes.watch($0) }
            let request = Task { try await vault.use(.handOut) { _ in try await clock.sleep(for: .seconds(1)) } }
            let standing = Task { try await vault.use(.standing) { _ in try await clock.sleep(for: .seconds(9)) } }
            await clock.waitForSleepers(2)
            try await vault.reload()
            await #expect(throws: CredentialError.locked) { try await standing.value }
            #expect(try await scene.read() == "made-up-value")
            clock.advance(by: .seconds(1))
            try await request.value
            await vault.lock()
            #expect(scene.changes.areKeysGone && scene.changes.told == [true])
            await #expect(throws: CredentialError.locked) { try await vault.reload() }
        }
    }

    @Test func `stays locked once the agent has ended`() async throws {
        try await Self.with { scene in
            await scene.vault.end()
            await #expect(throws: CredentialError.locked) { try await scene.vault.unlock(nil) }
            #expect(scene.changes.told == [])
        }
    }
}
