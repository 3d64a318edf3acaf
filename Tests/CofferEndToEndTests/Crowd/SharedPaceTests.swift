// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

import CofferSandbox
import Foundation
import Subprocess
import Testing

@Suite(.timeLimit(.minutes(5))) struct `Processes on one vault and one rate limit` {
    private static let accounts = (0..<16).map { "account\($0)" }

    /// Nothing here depends on how fast the machine is: no request comes before its place, and each has one of its own.
    @Test func `wait for one another, also when one of them is killed`() async throws {
        try await World.with(accounts: Self.accounts) { world in
            // The kill may take an answer with it: whoever asks again for it gets it.
            world.sandbox.faults.set([FaultRule(.graceWindow, grantType: "refresh_token", times: 0, seconds: 600)])
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
                #expect(arrival >= Double(index) * SharedPlaces.step - 0.002, "request \(index)")
            }
            let given = try SharedPlaces(world).givenUntil - machineTime
            #expect(given >= Double(arrivals.count) * SharedPlaces.step - 0.001)
        }
    }

    @Test func `hear of another's 429, and go slower`() async throws {
        try await World.with(accounts: ["acme", "birch", "cedar"]) { world in
            world.sandbox.faults.add(FaultRule(.tooManyRequests))
            let refused = try await world.program.run("refresh", "--force", "main/crm/acme")
            #expect(refused.status == .exited(75), "\(refused.errors)")
            let places = try SharedPlaces(world)
            #expect(places.halvings == 1)
            var given = [places.givenUntil]
            for account in ["birch", "cedar", "birch"] {
                try await world.succeed("refresh", "--force", "main/crm/\(account)")
                given.append(try SharedPlaces(world).givenUntil)
            }
            // Each place is twice a step behind the one before, or behind the moment it was taken at, if that is later.
            for (earlier, later) in zip(given, given.dropFirst()) {
                #expect(later - earlier >= 2 * SharedPlaces.step - 0.001)
            }
        }
    }
}
