// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

import CofferSandbox
import Foundation
import Subprocess
import Testing

@Suite(.timeLimit(.minutes(5))) struct `Processes on one vault and one rate limit` {
    private static let accounts = (0..<16).map { "account\($0)" }

    /// A provider that counts as amoCRM does, and refuses the tenth request within a second rather than the eighth: how long a
    /// fresh process needs from its place to its provider varies by some tenths of a second on a busy machine.
    private static var strict: LimitSettings {
        var limits = LimitSettings()
        limits.requestsPerSecond = 9
        return limits
    }

    @Test func `together provoke no 429, also when one of them is killed`() async throws {
        try await World.with(accounts: Self.accounts, limits: Self.strict) { world in
            #expect(world.sandbox.log.records.allSatisfy { $0.status != 429 })
            world.sandbox.log.clear()
            let began = ContinuousClock.now
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
            let seconds = began.duration(to: .now) / .seconds(1)
            let requests = world.sandbox.log.requests(for: .token)
            #expect(requests.allSatisfy { $0.status == 200 }, "\(requests.map(\.status))")
            #expect(requests.count >= Self.accounts.count)
            #expect(ends.count { $0.status == .exited(0) } >= Self.accounts.count, "\(ends.map(\.errors))")
            // Without a limit in common, seventeen processes of one request each need no second.
            #expect(seconds >= Double(Self.accounts.count - 1) / 7)
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
