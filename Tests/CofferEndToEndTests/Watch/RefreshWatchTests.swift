// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

import CofferSandbox
import Foundation
import Subprocess
import Testing

@Suite(.timeLimit(.minutes(5))) struct `coffer refresh --watch` {
    private static let life = Duration.seconds(ProgramClock.watchedLife)

    private static func objects(_ end: Finished) throws -> [[String: Any]] {
        try end.text.split(separator: "\n").map { line in
            try #require(try JSONSerialization.jsonObject(with: Data(line.utf8)) as? [String: Any], "\(line)")
        }
    }

    private static func versions(in world: World) async throws -> [Int] {
        try await world.status().values.compactMap { $0["version"] as? Int }
    }

    @Test func `refreshes what falls due until SIGTERM, and says so in a line of JSON each`() async throws {
        try await World.with(accounts: ["acme", "birch"], lifetime: Self.life, movesTime: true) { world in
            world.sandbox.log.clear()
            let (_, end) = try await world.program.start(["refresh", "--watch", "--json"]) { running in
                try await world.letPass(seconds: ProgramClock.due)
                while try await Self.versions(in: world).contains(where: { $0 < 2 }) {}
                let arrivals = world.sandbox.log.arrivals()
                try await world.letPass(seconds: ProgramClock.due)
                var accounts: Set<String?> = []
                for await record in arrivals where accounts.insert(record.account).inserted {
                    if accounts.count == 2 { break }
                }
                // Others read meanwhile, and get what it made.
                _ = try await world.token("acme")
                running.send(SIGTERM)
            }
            #expect(end.status == .exited(143), "\(end.errors)")
            let objects = try Self.objects(end)
            #expect(objects.allSatisfy { $0["version"] as? Int == 1 && $0["at"] is String })
            #expect(objects.first?["event"] as? String == "watching")
            let refreshed = objects.filter { $0["event"] as? String == "refreshed" }
            // The last ones may have ended after the signal; each is in the vault all the same.
            #expect(refreshed.count >= 2)
            #expect(Set(refreshed.compactMap { $0["path"] as? String }) == ["main/crm/acme", "main/crm/birch"])
            let requests = world.sandbox.log.requests(for: .token)
            #expect(requests.allSatisfy { $0.status == 200 })
            for account in ["acme", "birch"] {
                let sent = requests.filter { $0.account == account }.count
                #expect(try await world.status()["main/crm/\(account)"]?["version"] as? Int == 1 + sent)
                #expect(try await world.state(account) == "active")
            }
        }
    }

    @Test func `ends soon although much is waiting for its turn, and has lost nothing`() async throws {
        let accounts = (0..<12).map { "account\($0)" }
        try await World.with(accounts: accounts, lifetime: Self.life, movesTime: true) { world in
            // Everything is due, and the provider lets nobody through for a minute.
            world.sandbox.faults.set([FaultRule(.tooManyRequests, times: 1, retryAfterSeconds: 60)])
            let refused = try await world.program.run("refresh", "--force", "main/crm/account0")
            #expect(refused.status == .exited(75), "\(refused.errors)")
            let closed = try SharedPlaces(world).givenUntil
            try await world.letPass(seconds: ProgramClock.due)
            world.sandbox.log.clear()
            let (_, end) = try await world.program.start(["refresh", "--watch"]) { running in
                // Places behind the end of the minute: flights are under way, and wait for them.
                while try SharedPlaces(world).givenUntil <= closed { await Task.yield() }
                running.send(SIGTERM)
            }
            #expect(end.status == .exited(143), "\(end.errors)")
            // Whoever had waited for its place would have sent.
            #expect(world.sandbox.log.requests(for: .token).isEmpty)
            #expect(try await world.status().values.allSatisfy { $0["state"] as? String == "active" })
        }
    }

    @Test(arguments: [["--all"], ["--force", "main/crm/acme"]])
    func `excludes the other selections`(_ other: [String]) async throws {
        try await Home.with { home in
            let end = try await Program(home: home).run(["refresh", "--watch"] + other)
            #expect(end.status == .exited(64))
            #expect(end.errors.contains("exclude each other"))
        }
    }

    @Test func `ends when nobody reads what it prints`() async throws {
        try await World.with { world in
            let end = try await world.program.run(
                ["refresh", "--watch", "--json"], script: #"exec "$0" "$@" >&-"#)
            #expect(end.status == .exited(74), "\(end.errors)")
        }
    }
}
