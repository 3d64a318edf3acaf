// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

import CofferSandbox
import Foundation
import Subprocess
import Testing

@Suite(.timeLimit(.minutes(3))) struct `A refresh that is killed` {
    private static let force = ["refresh", "--force", "main/crm/acme"]

    /// Starts a refresh, and kills the program once the sandbox has its request and holds the answer.
    private static func killDuringRefresh(_ world: World, processed: Bool) async throws {
        world.sandbox.log.clear()
        world.sandbox.faults.set([FaultRule(.hang, grantType: "refresh_token", processed: processed)])
        let arrivals = world.sandbox.log.arrivals()
        let (_, end) = try await world.program.start(force) { running in
            for await record in arrivals where record.grantType == "refresh_token" { break }
            running.send(SIGKILL)
        }
        #expect(end.status == .signaled(SIGKILL))
        world.sandbox.faults.clear()
        try world.outliveIntents()
    }

    private static func refreshes(_ world: World) -> [RequestRecord] {
        world.sandbox.log.requests(for: .token).filter { $0.grantType == "refresh_token" }
    }

    @Test func `while the request is not processed ends in a fresh token, asked for at most once more`() async throws {
        try await World.with(movesTime: true) { world in
            let spent = try await world.field("main/crm/acme#refresh_token")
            try await Self.killDuringRefresh(world, processed: false)
            let end = try await world.program.run(Self.force)
            #expect(Self.refreshes(world).count <= 2)
            #expect(world.sandbox.log.requests(carrying: spent).count <= 2)
            let state = try await world.state("acme")
            let row = String(describing: try await world.status())
            if end.status == .exited(0) {
                #expect(state == "active", "\(row)")
                #expect(try await world.accountStatus("acme", token: world.token("acme")) == 200)
            } else {
                #expect(
                    ["indeterminate", "refreshing", "needs_reauthorization"].contains(state), "\(row)\(end.errors)")
            }
        }
    }

    @Test func `after its token was spent never claims to be active with a dead grant`() async throws {
        try await World.with(movesTime: true) { world in
            let spent = try await world.field("main/crm/acme#refresh_token")
            try await Self.killDuringRefresh(world, processed: true)
            let end = try await world.program.run(Self.force)
            #expect(end.status != .exited(0))
            #expect(end.errors.contains("coffer: ") || end.text.contains("failed"))
            #expect(world.sandbox.log.requests(carrying: spent).count <= 2)
            let state = try await world.state("acme")
            #expect(["indeterminate", "refreshing", "needs_reauthorization"].contains(state))
            // Whatever became of it, a person's way out works.
            try await world.connect("acme")
            #expect(try await world.state("acme") == "active")
            #expect(try await world.accountStatus("acme", token: world.token("acme")) == 200)
        }
    }

    @Test func `leaves the other connections as they were`() async throws {
        try await World.with(accounts: ["acme", "birch"], movesTime: true) { world in
            let before = try await world.token("birch")
            try await Self.killDuringRefresh(world, processed: true)
            #expect(try await world.token("birch") == before)
            try await world.succeed("refresh", "--force", "main/crm/birch")
            #expect(try await world.accountStatus("birch", token: world.token("birch")) == 200)
        }
    }

    @Test func `an answer that is lost is never sent for twice in one run`() async throws {
        try await World.with { world in
            world.sandbox.log.clear()
            world.sandbox.faults.set([FaultRule(.answerLost, grantType: "refresh_token")])
            let end = try await world.program.run(Self.force)
            #expect(end.status != .exited(0))
            #expect(Self.refreshes(world).count == 1)
            let state = try await world.state("acme")
            #expect(["indeterminate", "needs_reauthorization"].contains(state), "\(state ?? "-")")
            world.sandbox.faults.clear()
            try await world.program.run(Self.force)
            try await world.program.run(Self.force)
            #expect(Self.refreshes(world).count <= 2)
        }
    }

    @Test func `an interrupt lets the request land, and its token is kept`() async throws {
        try await World.with { world in
            let before = try await world.token("acme")
            world.sandbox.log.clear()
            let arrivals = world.sandbox.log.arrivals()
            let (_, end) = try await world.program.start(Self.force) { running in
                for await record in arrivals where record.grantType == "refresh_token" { break }
                running.send(SIGINT)
            }
            // The signal may also come when all is over.
            #expect([.exited(130), .exited(0)].contains(end.status), "\(end.status) \(end.errors)")
            let after = try await world.token("acme")
            #expect(after != before)
            #expect(try await world.state("acme") == "active")
            #expect(try await world.accountStatus("acme", token: after) == 200)
            #expect(Self.refreshes(world).count == 1)
        }
    }
}
