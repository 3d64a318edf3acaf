// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

import CofferSandbox
import CofferVault
import Foundation
import Subprocess
import Testing

/// The same rotation again and again, killed at each of its steps.
@Suite(.timeLimit(.minutes(5))) struct `A rotation that is killed` {
    private static let accounts = ["acme", "birch"]
    /// More lines than a rotation of two accounts says; runs that end before their line are those after the last.
    private static let mostLines = 40

    /// What is true at the end of every rotation, however often it was interrupted.
    ///
    /// Accounts are reissued side by side: a kill may take the answers to as many requests with it as it cut off, and this
    /// provider gives no others.
    private static func expectContained(
        _ world: World, _ old: [String: String], _ secrets: (old: String, new: String), _ place: String,
        cutOff: Int = 0
    ) async throws {
        let closed = try await world.succeed("rotate", "show", "--json")
        #expect(closed.json["state"] as? String == "closed", "\(place): \(closed.text)")
        let report = try await world.succeed("rotate", "report", "--json").json
        let connections = try #require(report["connections"] as? [[String: Any]])
        let lost = connections.filter { $0["outcome"] as? String == "needs_person" }
            .filter { ($0["reason"] as? String)?.contains("got no complete answer") == true }
            .compactMap { ($0["path"] as? String)?.split(separator: "/").last.map(String.init) }
        #expect(lost.count <= cutOff, "\(place): \(report)")
        let outcomes = connections.compactMap { $0["outcome"] as? String }
        #expect(outcomes.count { $0 == "reissued" } == accounts.count - lost.count, "\(place): \(report)")
        #expect((report["open_items"] as? [String])?.count == lost.count, "\(place): \(report)")
        #expect(try await world.field("main/crm#client_secret") == secrets.new, "\(place)")
        for account in lost { #expect(try await world.state(account) == "needs_reauthorization", "\(place)") }
        for account in accounts where !lost.contains(account) {
            let new = try await world.token(account)
            #expect(new != old[account], "\(place)")
            #expect(try await world.accountStatus(account, token: new) == 200, "\(place)")
            #expect(try await world.accountStatus(account, token: #require(old[account])) == 401, "\(place)")
            #expect(try await world.state(account) == "active", "\(place)")
        }
        // A refresh with the old secret would have told it to the server again, and on some spent the token.
        let withOld = world.sandbox.log.requests(carrying: secrets.old)
        // One that was cut off by the kill has no status.
        #expect(withOld.allSatisfy { $0.grantType == "authorization_code" && ($0.status ?? 401) == 401 }, "\(place)")
        // A token that was spent is not sent again, but for the one repetition after an answer that never came.
        let spent = world.sandbox.log.requests(for: .token).filter { $0.grantType == "refresh_token" }
        let prints = spent.flatMap { $0.fingerprints["body.refresh_token"] ?? [] }
        #expect(prints.count - Set(prints).count <= lost.count, "\(place): a refresh token was sent twice")
    }

    /// How many refreshes were begun and have not ended: those that a kill has just cut off, however far the program had
    /// come since the line after which it was killed.
    private static func cutOff(_ world: World) async throws -> Int {
        let actions = try await world.program.home.audit().map(\.action)
        return actions.count { $0 == .beginRefresh } - actions.count { $0 == .endRefresh }
    }

    /// Resumes until the rotation is closed.
    private static func resume(_ world: World, secret: String) async throws {
        try world.outliveIntents()
        for _ in 0..<5 {
            let end = try await world.program.run("rotate", "resume", input: .text(secret))
            if [.exited(0), .exited(83)].contains(end.status) { return }
            guard end.status != .exited(66) else { return }
        }
    }

    /// Opens a rotation up to the wait for the operator, and has the operator click.
    private static func open(
        _ world: World, _ mode: String = "--leak"
    ) async throws -> (old: String, new: String, tokens: [String: String]) {
        var tokens: [String: String] = [:]
        for account in accounts { tokens[account] = try await world.token(account) }
        let old = world.sandbox.integration.clientSecret
        let end = try await world.program.run("rotate", World.app, mode)
        #expect(end.status == .exited(82), "\(end.errors)")
        let new = try world.sandbox.regenerateSecret(of: world.sandbox.integration)
        world.sandbox.log.clear()
        return (old, new, tokens)
    }

    /// Runs a command and kills it after the k-th line that it says.
    ///
    /// - Returns: the line, or `nil` if it said fewer and ended by itself.
    private static func kill(
        _ world: World, _ arguments: [String], input: Program.Input, after count: Int, with signal: Int32 = SIGKILL
    ) async throws -> (line: String?, end: Finished) {
        let (line, end) = try await world.program.start(arguments, input: input, isStepped: true) {
            running -> String? in
            var last: String?
            for _ in 0..<count {
                guard let line = await running.nextLine() else { return nil }
                last = line
            }
            running.send(signal)
            return last
        }
        return (line, end)
    }

    @Test func `at any line before the operator's step goes on to the same end`() async throws {
        var places: [String] = []
        for count in 1...Self.mostLines {
            let place = try await World.with(accounts: Self.accounts, movesTime: true) { world -> String? in
                var tokens: [String: String] = [:]
                for account in Self.accounts { tokens[account] = try await world.token(account) }
                let old = world.sandbox.integration.clientSecret
                let (line, end) = try await Self.kill(
                    world, ["rotate", World.app, "--leak"], input: .nothing, after: count)
                guard let line else { return nil }
                #expect([.signaled(SIGKILL), .exited(82)].contains(end.status))
                let waiting = try await world.program.run("rotate", "resume")
                #expect(waiting.status == .exited(82), "after \(line): \(waiting.errors)")
                let new = try world.sandbox.regenerateSecret(of: world.sandbox.integration)
                world.sandbox.log.clear()
                try await Self.resume(world, secret: new)
                try await Self.expectContained(world, tokens, (old, new), "after \(line)")
                return line
            }
            guard let place else { break }
            places.append(place)
        }
        #expect(places.contains { $0.contains("is open") }, "\(places)")
        #expect(places.contains { $0.contains("marked as leaked") }, "\(places)")
        #expect(places.contains { $0.contains("refreshes of the app wait") }, "\(places)")
    }

    @Test(arguments: [(SIGKILL, "--leak"), (SIGINT, "--leak"), (SIGKILL, "--planned")])
    func `at any line after the operator's step goes on to the same end`(signal: Int32, mode: String) async throws {
        var places: [String] = []
        for count in 1...Self.mostLines {
            let place = try await World.with(accounts: Self.accounts, movesTime: true) { world -> String? in
                let (old, new, tokens) = try await Self.open(world, mode)
                let (line, end) = try await Self.kill(
                    world, ["rotate", "resume"], input: .text(new), after: count, with: signal)
                guard let line else { return nil }
                let ends: [TerminationStatus] =
                    signal == SIGKILL ? [.signaled(SIGKILL)] : [.exited(130)]
                #expect((ends + [.exited(0), .exited(83)]).contains(end.status), "after \(line): \(end.errors)")
                // An interrupted one lets its requests land.
                let cutOff = signal == SIGKILL ? try await Self.cutOff(world) : 0
                try await Self.resume(world, secret: new)
                try await Self.expectContained(world, tokens, (old, new), "after \(line)", cutOff: cutOff)
                return line
            }
            guard let place else { break }
            places.append(place)
        }
        let asked = mode == "--leak" ? ["asked about"] : []
        for text in ["sealed", "is accepted", "in force", "is refused", "reissued", "closed"] + asked {
            #expect(places.contains { $0.contains(text) }, "never killed at \(text): \(places)")
        }
    }

    /// Two probes of the secrets, then two of the tokens of each account.
    @Test(arguments: 1...6)
    func `while a probe is not answered goes on to the same end`(number: Int) async throws {
        try await World.with(accounts: Self.accounts, movesTime: true) { world in
            let (old, new, tokens) = try await Self.open(world)
            world.sandbox.faults.set([
                number <= 2
                    ? FaultRule(.hang, at: .token, grantType: "authorization_code", nth: number)
                    : FaultRule(.hang, at: .account, nth: number - 2)
            ])
            let arrivals = world.sandbox.log.arrivals()
            try await world.program.start(["rotate", "resume"], input: .text(new)) { running in
                for await _ in arrivals where Self.probeCount(world) >= number { break }
                running.send(SIGKILL)
            }
            world.sandbox.faults.clear()
            try await Self.resume(world, secret: new)
            try await Self.expectContained(world, tokens, (old, new), "probe \(number)")
        }
    }

    @Test(arguments: [true, false])
    func `while a reissue is not answered says what is true of that account`(isProcessed: Bool) async throws {
        try await World.with(accounts: Self.accounts, movesTime: true) { world in
            let (_, new, tokens) = try await Self.open(world)
            world.sandbox.faults.set([
                FaultRule(.hang, account: "birch", grantType: "refresh_token", processed: isProcessed)
            ])
            let arrivals = world.sandbox.log.arrivals()
            try await world.program.start(["rotate", "resume"], input: .text(new)) { running in
                _ = await running.line(containing: "reissued 1 of 2")
                for await record in arrivals where record.account == "birch" && record.grantType == "refresh_token" {
                    break
                }
                running.send(SIGKILL)
            }
            world.sandbox.faults.clear()
            try await Self.resume(world, secret: new)
            let report = try await world.succeed("rotate", "report", "--json").json
            #expect(report["state"] as? String == "closed", "\(report)")
            #expect(try await world.state("acme") == "active")
            #expect(try await world.accountStatus("acme", token: world.token("acme")) == 200)
            #expect(try await world.accountStatus("acme", token: #require(tokens["acme"])) == 401)
            let sent = world.sandbox.log.requests(for: .token, account: "birch")
                .filter { $0.grantType == "refresh_token" }
            #expect(sent.count <= 2)
            let isReissued = try await world.state("birch") == "active"
            #expect((report["open_items"] as? [String])?.isEmpty == isReissued, "\(report)")
            if isReissued {
                #expect(try await world.accountStatus("birch", token: world.token("birch")) == 200)
            } else {
                #expect(try await world.state("birch") == "needs_reauthorization")
            }
        }
    }

    private static func probeCount(_ world: World) -> Int {
        world.sandbox.log.records.count { $0.grantType == "authorization_code" || $0.endpoint == .account }
    }
}
