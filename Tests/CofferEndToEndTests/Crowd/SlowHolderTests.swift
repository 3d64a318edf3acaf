// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

import CofferCredentials
import CofferSQLite
import CofferSandbox
import CofferVault
import Foundation
import Subprocess
import Testing

#if os(Linux)
/// A process that is stopped (SIGSTOP) while the answer to its refresh is on its way, and whose lock is somebody else's meanwhile.
@Suite(.timeLimit(.minutes(3))) struct `A refresh whose holder is slow and has lost the lock` {
    private static let ask = ["token", "main/crm/acme"]

    /// The seconds between two bytes of the answer, which takes some seconds then: longer than a busy machine needs to stop
    /// the program, and several times shorter than the half minute that the program waits.
    private static let drip = 0.005

    private static func refreshes(_ world: World) -> [RequestRecord] {
        world.sandbox.log.requests(for: .token).filter { $0.grantType == "refresh_token" }
    }

    /// What was begun and ended, by the chain of events.
    private static func steps(_ world: World) async throws -> [String] {
        try await world.program.home.audit().filter { [.beginRefresh, .endRefresh].contains($0.action) }.map(\.reason)
    }

    /// Whether anybody has the lock of the account that is to be had now.
    private static func isLocked(_ world: World) async throws -> Bool {
        let vault = try await world.program.home.openVault()
        let id = try #require(try await vault.inspect(CredentialPath("main/crm/acme"))).id
        return try SQLiteStore.open(world.program.home.vault).heldLocks().contains(LockPlace(id))
    }

    /// Has two processes ask, one after the other: the first is stopped before it has its answer whole, loses its lock, and goes
    /// on only once the body is over, which runs while the other holds the lock.
    private static func ends(
        _ world: World, meanwhile body: @escaping @Sendable (Task<Finished, any Error>) async throws -> Void
    ) async throws -> (holder: Finished, other: Finished) {
        try await world.letPass(seconds: await ProgramClock.life + 1)
        world.sandbox.log.clear()
        let (other, holder) = try await world.program.start(ask) { running -> Finished in
            for await record in world.sandbox.log.arrivals() where record.grantType == "refresh_token" { break }
            running.send(SIGSTOP)
            let isStopped = await running.untilStopped()
            try #require(isStopped)
            #expect(try await steps(world) == ["attempt 1"], "the holder had its answer before it was stopped")
            #expect(try await isLocked(world))
            // Whoever locks from now on locks another file.
            try FileManager.default.removeItem(atPath: world.program.home.vault + "-lock")
            #expect(try await isLocked(world) == false)
            let other = Task { try await world.program.run(ask) }
            while try await !isLocked(world) { await Task.yield() }
            try await body(other)
            running.send(SIGCONT)
            return try await other.value
        }
        return (holder, other)
    }

    @Test func `is not repeated while its answer may still come, and both get that`() async throws {
        try await World.with(lifetime: .seconds(await ProgramClock.life), movesTime: true) { world in
            world.sandbox.faults.set([FaultRule(.slowDrip, grantType: "refresh_token", seconds: Self.drip)])
            let (holder, other) = try await Self.ends(world) { _ in
                #expect(Self.refreshes(world).count == 1)
            }
            #expect(holder.status == .exited(0), "\(holder.errors)")
            #expect(other.status == .exited(0), "\(other.errors)")
            #expect(other.text == holder.text)
            #expect(Self.refreshes(world).map(\.status) == [200])
            #expect(try await Self.steps(world) == ["attempt 1", "accepted"])
        }
    }

    @Test func `is repeated once its time is over, and the late answer takes nobody's place`() async throws {
        try await World.with(lifetime: .seconds(await ProgramClock.life), movesTime: true) { world in
            // Each answer is another pair, and the later one is good.
            world.sandbox.faults.set([
                FaultRule(.oldTokenUntilNewIsUsed, grantType: "refresh_token", times: 0),
                FaultRule(.slowDrip, grantType: "refresh_token", seconds: Self.drip),
            ])
            let (holder, other) = try await Self.ends(world) { other in
                try world.outliveIntents()
                #expect(try await other.value.status == .exited(0))
                #expect(try await Self.steps(world) == ["attempt 1", "attempt 2", "accepted"])
            }
            #expect(holder.status == .exited(0), "\(holder.errors)")
            // The fence refused its pair as the present one: it lies aside, and both print the one that came first.
            #expect(try await Self.steps(world) == ["attempt 1", "attempt 2", "accepted", "accepted"])
            #expect(holder.text == other.text)
            let row = try #require(try await world.status()["main/crm/acme"])
            #expect(row["version"] as? Int == 2)
            #expect((row["last_error"] as? String)?.contains("kept aside") == true, "\(row)")
            let token = other.text.trimmingCharacters(in: .newlines)
            #expect(try await world.accountStatus("acme", token: token) == 200)
            let requests = Self.refreshes(world)
            #expect(requests.map(\.status) == [200, 200])
            #expect(Set(requests.map { $0.fingerprints["body.refresh_token"] }).count == 1)
        }
    }
}
#endif
