// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

import CofferCredentials
import CofferRotation
import CofferSQLite
import CofferVault
import Foundation
import Testing

@testable import CofferKeeper

@Suite struct `A rotation of a static secret` {
    private static let path = KeeperWorld.path("main/crm-hook")
    private static let old = "https://portal.example/rest/1/made-up-old/"
    private static let new = "https://portal.example/rest/1/made-up-new/"

    private static func with(_ body: (KeeperWorld) async throws -> Void) async throws {
        try await KeeperWorld.with(accounts: []) { world in
            try await world.keeper().put(path, Secret(old))
            try await body(world)
        }
    }

    /// A person who gives a value, and has ended the old one.
    private static func person(_ values: String...) -> ScriptedOperator {
        ScriptedOperator(values.map { value in { value } })
    }

    private static func value(_ world: KeeperWorld) async throws -> Secret { try await world.keeper().get(path) }

    @Test func `puts the new value in force, ends the taint, and proves nothing that it can't`() async throws {
        try await Self.with { world in
            let keeper = try await world.keeper()
            let id = try await keeper.openRotation(of: Self.path)
            let waiting = try await keeper.resumeRotation(id, operator: ScriptedOperator(isPresent: false, []))
            #expect(waiting.state == .awaitingOperator && waiting.subject == .value && !waiting.isFrozen)
            #expect(try await Self.value(world) == Secret(Self.old), "served meanwhile")
            let report = try await world.keeper().resumeRotation(id, operator: Self.person(Self.new))
            #expect(report.state == .closed && report.closedUnproven, "\(report.text)")
            #expect(report.proofs.map(\.proof.finding).count == 2)
            #expect(report.proofs.allSatisfy { $0.proof.result == .unproven })
            #expect(report.containment?.doubts.isEmpty == false, "\(report.text)")
            #expect(try await Self.value(world) == Secret(Self.new))
            let entry = try await keeper.entry(Self.path, .secret)
            let record = try StaticSecret(entry)
            #expect(record.taintStrength == nil && record.pending == nil)
            #expect(entry.use.tags == [SecretRecord.value, SecretRecord.storedAt])
            let past = try await keeper.trace(Secret(Self.old)).matches
            #expect(past.map(\.state).contains("present") == false && past.count == 1, "\(past)")
            #expect(try await keeper.trace(Secret(Self.new)).matches.map(\.state) == ["present"])
        }
    }

    @Test func `on hold hands the value to nobody until another is in force`() async throws {
        try await Self.with { world in
            let keeper = try await world.keeper()
            let before = try await keeper.credential(for: CredentialRequest(path: Self.path))
            #expect(before.value == Secret(Self.old))
            let id = try await keeper.openRotation(of: Self.path, taint: .hold)
            _ = try await keeper.resumeRotation(id, operator: ScriptedOperator(isPresent: false, []))
            for reader in [keeper, try await world.keeper()] {
                await #expect(throws: KeeperError(.rotating, "")) { try await reader.get(Self.path) }
                await #expect(throws: KeeperError(.rotating, "")) {
                    try await reader.credential(for: CredentialRequest(path: Self.path))
                }
            }
            _ = try await world.keeper().resumeRotation(id, operator: Self.person(Self.new))
            let after = try await keeper.credential(for: CredentialRequest(path: Self.path))
            #expect(after.value == Secret(Self.new))
        }
    }

    @Test func `marks what is served, for whoever looks`() async throws {
        try await Self.with { world in
            let lines = RecordedLines()
            let keeper = try await Keeper.open(world.location, effects: world.effects(log: lines.log))
            let id = try await keeper.openRotation(of: Self.path)
            _ = try await keeper.resumeRotation(id, operator: ScriptedOperator(isPresent: false, []))
            _ = try await keeper.get(Self.path)
            #expect(lines.all.contains("main/crm-hook is tainted: it leaked, and its rotation is open"), "\(lines.all)")
        }
    }

    @Test func `asks again for a value that can't be the new one`() async throws {
        try await Self.with { world in
            let keeper = try await world.keeper()
            let id = try await keeper.openRotation(of: Self.path)
            let person = Self.person(Self.old, "two\nlines", "", Self.new)
            #expect(try await keeper.resumeRotation(id, operator: person).state == .closed)
            #expect(person.problems.count == 4 && person.problems[0] == nil)
            #expect(person.problems[1]?.contains("old value") == true)
            #expect(person.problems[2]?.contains("line break") == true)
            #expect(try await Self.value(world) == Secret(Self.new))
        }
    }

    @Test func `of a file takes another file, byte for byte, and no line of one`() async throws {
        try await KeeperWorld.with(accounts: []) { world in
            let (keeper, path) = (try await world.keeper(), KeeperWorld.path("main/key-file"))
            let (old, new) = ("{\n  \"made-up\": \"old\"\n}\n", "{\n  \"made-up\": \"new\"\n}\n")
            try await keeper.put(path, Secret(old))
            let id = try await keeper.openRotation(of: path)
            let waiting = try await keeper.resumeRotation(id, operator: ScriptedOperator(isPresent: false, []))
            let last = try #require(waiting.awaits?.steps.last)
            #expect(last.contains("coffer rotate resume \(id) < FILE"), "\(waiting.text)")
            // The first line is what a prompt takes of a file that is pasted.
            let person = Self.person("{", String(old.dropLast()), new)
            let report = try await keeper.resumeRotation(id, operator: person)
            #expect(report.state == .closed, "\(report.text)")
            #expect(person.problems.count == 3)
            #expect(person.problems[1]?.contains("give the whole file on standard input") == true)
            #expect(person.problems[2]?.contains("old value") == true)
            #expect(try await keeper.get(path) == Secret(new))
        }
    }

    @Test func `where nothing leaked ends the old value last, and hands out throughout`() async throws {
        try await Self.with { world in
            let keeper = try await world.keeper()
            let preview = try await keeper.previewRotation(of: Self.path, mode: .planned)
            #expect(preview.subject == .value && preview.overlaps && preview.taint == nil)
            let id = try await keeper.openRotation(of: Self.path, mode: .planned)
            let first = try await keeper.resumeRotation(id, operator: Self.person(Self.new))
            #expect(first.state == .awaitingOperator && first.awaitsRemoval, "\(first.text)")
            #expect(try await Self.value(world) == Secret(Self.new))
            let last = try await world.keeper().resumeRotation(id, operator: RemovingOperator())
            #expect(last.state == .closed && last.closedUnproven, "\(last.text)")
        }
    }

    @Test func `keeps others from putting or removing the value, and gives way to force`() async throws {
        try await Self.with { world in
            let keeper = try await world.keeper()
            let id = try await keeper.openRotation(of: Self.path)
            _ = try await keeper.resumeRotation(id, operator: ScriptedOperator(isPresent: false, []))
            await #expect(throws: KeeperError(.busy, "")) { try await keeper.put(Self.path, Secret("made-up")) }
            await #expect(throws: KeeperError(.busy, "")) { try await keeper.remove(Self.path) }
            await #expect(throws: KeeperError(.busy, "")) { try await keeper.openRotation(of: Self.path) }
            let second = try await keeper.openRotation(of: Self.path, taint: .hold, isForced: true)
            #expect(try await keeper.rotation(id).state == .abandoned)
            _ = try await keeper.resumeRotation(second, operator: ScriptedOperator(isPresent: false, []))
            await #expect(throws: KeeperError(.rotating, "")) { try await keeper.get(Self.path) }
            _ = try await keeper.resumeRotation(second, operator: Self.person(Self.new))
            try await keeper.put(Self.path, Secret("made-up-later"))
            #expect(try await Self.value(world) == Secret("made-up-later"))
            try await keeper.remove(Self.path)
        }
    }

    @Test func `comes to the same end whichever write is its last before a kill`() async throws {
        for number in 1...12 {
            try await Self.with { world in
                let id = try await world.keeper().openRotation(of: Self.path)
                let count = Counter()
                let dying = try await world.keeper { store in
                    WatchedStore(store) { _, _ in
                        if count.next() >= number { throw VaultError(.diskFull, "made up") }
                    }
                }
                _ = try? await dying.resumeRotation(id, operator: Self.person(Self.new))
                let report = try await world.keeper().resumeRotation(id, operator: Self.person(Self.new))
                #expect(report.state == .closed, "\(number): \(report.text)")
                #expect(try await Self.value(world) == Secret(Self.new))
                #expect(try StaticSecret(try await world.keeper().entry(Self.path, .secret)).taintStrength == nil)
            }
        }
    }

    @Test func `leaves a secret that is put without a fingerprint without one`() async throws {
        try await Self.with { world in
            let keeper = try await world.keeper()
            let other = KeeperWorld.path("main/pin")
            try await keeper.put(other, Secret("made-up-1"), isTraced: false)
            let id = try await keeper.openRotation(of: other)
            _ = try await keeper.resumeRotation(id, operator: Self.person("made-up-2"))
            #expect(try await keeper.trace(Secret("made-up-2")).matches.isEmpty)
            #expect(try await keeper.get(other) == Secret("made-up-2"))
        }
    }
}

/// A person who has ended the old value.
private struct RemovingOperator: RotationOperator {
    func isPresent() async -> Bool { true }
    func readyToClick(_ request: OperatorRequest) async throws -> Bool { true }
    func newSecret(_ request: OperatorRequest, problem: String?) async throws -> Secret? { nil }
    func hasRemoved(_ request: OperatorRequest) async throws -> Bool { true }
}
