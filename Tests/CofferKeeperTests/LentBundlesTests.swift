// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

import CofferCredentials
import CofferRotation
import CofferVault
import Foundation
import Testing

@testable import CofferKeeper

@Suite struct `A rotation's report names the bundles` {
    @Test func `that hold what it replaced, as long as they are opened, to an owner`() async throws {
        try await KeeperWorld.with(accounts: ["acme", "birch"]) { world in
            try await world.keeper().put(KeeperWorld.path("main/key"), Secret("made-up"))
            _ = try await world.join("ci", .reader)
            let issuer = try await world.join("grace", .issuer)
            let before = try await Self.lend(["main/crm/acme", "main/key"], of: world)
            _ = try await Self.lend(["main/key"], of: world)
            let keeper = try await world.keeper()
            let id = try await keeper.openRotation(of: KeeperWorld.app, taint: .serve)
            let waiting = try await keeper.surveyed(
                keeper.resumeRotation(id, operator: ScriptedOperator(isPresent: false, [])))
            #expect(try Self.named(waiting) == [before.id: ["main/crm/acme"]])

            // Under `serve` the old tokens are lent still.
            let meanwhile = try await Self.lend(["main/crm"], of: world)
            let closed = try await keeper.surveyed(
                keeper.resumeRotation(id, operator: ClickingOperator(sandbox: world.sandbox)))
            #expect(closed.state == .closed)
            let expected = [before.id: ["main/crm/acme"], meanwhile.id: ["main/crm/acme", "main/crm/birch"]]
            #expect(try Self.named(closed) == expected)
            #expect(!closed.closedUnproven, "what was lent is told, and does not make the proofs doubtful")
            guard case .known(let bundles)? = closed.bundles else { return }
            #expect(bundles.map(\.identity) == ["ci", "ci"])
            #expect(bundles.map(\.expiresAt) == bundles.map(\.expiresAt).sorted())

            // The tokens in the next one are new.
            world.time.advance(by: 61)
            _ = try await Self.lend(["main/crm"], of: world)
            #expect(try Self.named(await keeper.surveyed(keeper.rotation(id))) == expected)
            #expect(try await world.keeper(of: issuer).surveyed(keeper.rotation(id)).bundles == .unreadable)

            world.time.advance(by: Double(BundleRequest.usualLife.components.seconds) + 1)
            #expect(try await keeper.surveyed(keeper.rotation(nil)).bundles == .known([]))
        }
    }

    @Test func `and no more those that were made after somebody else had brought new tokens`() async throws {
        try await KeeperWorld.with(accounts: ["acme"]) { world in
            // A thief comes first, so that a person has to.
            try world.stealVault()
            _ = try await world.thief().refresh(.forced(KeeperWorld.path("main/crm/acme")))
            _ = try await world.join("ci", .reader)
            let before = try await Self.lend(["main/crm"], of: world)
            let keeper = try await world.keeper()
            let id = try await keeper.openRotation(of: KeeperWorld.app)
            let closed = try await keeper.surveyed(
                keeper.resumeRotation(id, operator: ClickingOperator(sandbox: world.sandbox)))
            #expect(closed.connections.map(\.outcome) == [.needsPerson])
            #expect(try Self.named(closed) == [before.id: ["main/crm/acme"]])
            world.time.advance(by: 61)
            try await world.connect("acme")
            world.time.advance(by: 61)
            _ = try await Self.lend(["main/crm"], of: world)
            let report = try await keeper.surveyed(keeper.rotation(id))
            #expect(try Self.named(report) == [before.id: ["main/crm/acme"]])
        }
    }

    @Test func `that hold a static secret from before`() async throws {
        try await KeeperWorld.with(accounts: []) { world in
            let path = KeeperWorld.path("main/key")
            let keeper = try await world.keeper()
            try await keeper.put(path, Secret("made-up"))
            _ = try await world.join("ci", .reader)
            let before = try await Self.lend(["main/key"], of: world)
            let id = try await keeper.openRotation(of: path)
            let person = ScriptedOperator([{ "made-up-too" }])
            let closed = try await keeper.surveyed(
                keeper.resumeRotation(id, operator: person))
            #expect(try Self.named(closed) == [before.id: ["main/key"]])
        }
    }

    private static func named(_ report: RotationReport) throws -> [String: [String]] {
        guard case .known(let found)? = report.bundles else {
            Issue.record("nobody looked")
            return [:]
        }
        return Dictionary(uniqueKeysWithValues: found.map { ($0.id, $0.paths) })
    }

    private static func lend(_ paths: [String], of world: KeeperWorld) async throws -> BundleView {
        let path = FileManager.default.temporaryDirectory.appending(path: UUID().uuidString).path
        defer { try? FileManager.default.removeItem(atPath: path) }
        let request = BundleRequest(
            member: "ci", prefixes: paths, life: BundleRequest.usualLife, allowsUnauditedReading: false)
        return try await world.keeper().makeBundle(
            request, at: TargetFile(path, replacing: false, sparing: world.location))
    }
}
