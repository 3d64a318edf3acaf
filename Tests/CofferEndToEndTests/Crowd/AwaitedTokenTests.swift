// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

import CofferSandbox
import Foundation
import Subprocess
import Testing

@Suite(.timeLimit(.minutes(8))) struct `A token that many processes wait for` {
    private static let ask = ["token", "main/crm/acme"]

    private static func refreshes(_ world: World) -> [RequestRecord] {
        world.sandbox.log.requests(for: .token).filter { $0.grantType == "refresh_token" }
    }

    /// Starts a refresh, and does something once the sandbox has its request.
    private static func whileRefreshing(
        _ world: World, _ fault: FaultRule, _ arguments: [String],
        _ body: @escaping @Sendable (RunningProgram) async throws -> Void
    ) async throws -> Finished {
        world.sandbox.log.clear()
        world.sandbox.faults.set([fault])
        let arrivals = world.sandbox.log.arrivals()
        return try await world.program.start(arguments) { running in
            for await record in arrivals where record.grantType == "refresh_token" { break }
            try await body(running)
        }.end
    }

    @Test func `is asked for once more when its holder is killed, and thirty get that answer`() async throws {
        // At its end the present token serves nobody, so that the lost answer is asked for again.
        let life = await ProgramClock.life
        try await World.with(lifetime: .seconds(life), movesTime: true) { world in
            try await world.letPass(seconds: life + 1)
            let fault = FaultRule(.hang, grantType: "refresh_token", processed: false)
            let (results, sender) = AsyncStream<[Finished]>.makeStream()
            let holder = try await Self.whileRefreshing(world, fault, Self.ask) { running in
                let process = running.processID
                Task {
                    let ends = try await withThrowingTaskGroup(of: Finished.self) { group in
                        for _ in 0..<30 { group.addTask { try await world.program.run(Self.ask) } }
                        // Some wait already, others find what it left.
                        kill(process, SIGKILL)
                        try world.outliveIntents()
                        return try await group.reduce(into: []) { $0.append($1) }
                    }
                    sender.yield(ends)
                    sender.finish()
                }
            }
            #expect(holder.status == .signaled(SIGKILL))
            var iterator = results.makeAsyncIterator()
            let ends = try #require(await iterator.next())
            #expect(ends.count == 30 && ends.allSatisfy { $0.status == .exited(0) }, "\(ends.map(\.errors))")
            #expect(Set(ends.map(\.text)).count == 1)
            let requests = Self.refreshes(world)
            #expect(requests.count == 2 && requests.last?.status == 200)
            // The same token both times, and the first was never answered.
            #expect(Set(requests.map { $0.fingerprints["body.refresh_token"] }).count == 1)
        }
    }

    @Test func `comes to the others when some of them are told to end`() async throws {
        try await World.with { world in
            // Whatever the server does, the holder takes no notice until the others have left.
            let fault = FaultRule(.slowDrip, grantType: "refresh_token", seconds: 0)
            let (results, sender) = AsyncStream<[(leaves: Bool, end: Finished)]>.makeStream()
            let force = ["refresh", "--force", "main/crm/acme"]
            let holder = try await Self.whileRefreshing(world, fault, force) { running in
                let process = running.processID
                kill(process, SIGSTOP)
                Task {
                    defer { kill(process, SIGCONT) }
                    let ends = try await withThrowingTaskGroup(of: (leaves: Bool, end: Finished).self) { group in
                        for number in 0..<9 {
                            group.addTask {
                                let leaves = number % 3 == 0
                                let end = try await world.program.start(force) { running in
                                    if leaves { running.send(SIGTERM) }
                                }.end
                                return (leaves, end)
                            }
                        }
                        var ends: [(leaves: Bool, end: Finished)] = []
                        while let end = try await group.next() {
                            ends.append(end)
                            if ends.filter(\.leaves).count == 3 { kill(process, SIGCONT) }
                        }
                        return ends
                    }
                    sender.yield(ends)
                    sender.finish()
                }
            }
            #expect(holder.status == .exited(0), "\(holder.errors)")
            var iterator = results.makeAsyncIterator()
            let ends = try #require(await iterator.next())
            for (leaves, end) in ends where !leaves { #expect(end.status == .exited(0), "\(end.errors)") }
            let requests = Self.refreshes(world)
            #expect(requests.allSatisfy { $0.status == 200 })
            // Each token was presented once, whoever was told to end and when.
            #expect(Set(requests.map { $0.fingerprints["body.refresh_token"] }).count == requests.count)
            #expect(try await world.state("acme") == "active")
            #expect(try await world.accountStatus("acme", token: world.token("acme")) == 200)
        }
    }
}
