// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

import CofferSandbox
import Foundation
import Subprocess
import Testing

@Suite(.timeLimit(.minutes(5))) struct `Processes on one vault and one rate limit` {
    private static let accounts = (0..<16).map { "account\($0)" }

    /// How far apart amoCRM's requests are: seven in 1.03 s.
    private static let step = 1.03 / 7

    /// Until when the places of the fullest bucket are given, in seconds since the machine started.
    private static func placesGiven(_ world: World) throws -> Double {
        let file = try Data(contentsOf: URL(fileURLWithPath: world.program.home.vault + "-pace"))
        let cells = file.withUnsafeBytes { Array($0.bindMemory(to: UInt64.self)) }
        // Four numbers each, the second of which is when the bucket is full again.
        return Double(stride(from: 9, to: cells.count, by: 4).map { cells[$0] }.max() ?? 0) / 1e9
    }

    /// Nothing here depends on how fast the machine is: no request comes before its place, and each has one of its own.
    @Test func `wait for one another, also when one of them is killed`() async throws {
        try await World.with(accounts: Self.accounts) { world in
            world.sandbox.log.clear()
            let (began, machineTime) = (Date(), ProcessInfo.processInfo.systemUptime)
            let ends = try await withThrowingTaskGroup(of: Finished.self) { group in
                for account in Self.accounts {
                    group.addTask {
                        try await world.program.run("refresh", "--force", "main/crm/\(account)")
                    }
                }
                group.addTask {
                    // Killed while it holds a place, or waits for one.
                    try await world.program.start(["refresh", "--all"]) { running in
                        while world.sandbox.log.requests(for: .token).count < 4 { await Task.yield() }
                        running.send(SIGKILL)
                    }.end
                }
                return try await group.reduce(into: []) { $0.append($1) }
            }
            #expect(ends.count { $0.status == .exited(0) } >= Self.accounts.count, "\(ends.map(\.errors))")
            let arrivals = world.sandbox.log.requests(for: .token).map { $0.at.timeIntervalSince(began) }.sorted()
            #expect(arrivals.count >= Self.accounts.count)
            for (index, arrival) in arrivals.enumerated() {
                #expect(arrival >= Double(index) * Self.step - 0.002, "request \(index)")
            }
            #expect(try Self.placesGiven(world) - machineTime >= Double(arrivals.count) * Self.step - 0.001)
        }
    }

    @Test func `hear of another's 429, and go slower`() async throws {
        try await World.with(accounts: ["acme", "birch", "cedar"]) { world in
            world.sandbox.faults.add(FaultRule(.tooManyRequests))
            let refused = try await world.program.run("refresh", "--force", "main/crm/acme")
            #expect(refused.status == .exited(75), "\(refused.errors)")
            world.sandbox.log.clear()
            let began = ContinuousClock.now
            try await world.succeed("refresh", "--force", "main/crm/birch")
            try await world.succeed("refresh", "--force", "main/crm/cedar")
            try await world.succeed("refresh", "--force", "main/crm/birch")
            // Three requests at half of seven a second.
            #expect(began.duration(to: .now) >= .milliseconds(580))
        }
    }
}
