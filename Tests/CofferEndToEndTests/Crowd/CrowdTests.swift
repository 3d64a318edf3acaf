// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

import CofferSandbox
import CofferVault
import Foundation
import Subprocess
import Testing

@Suite(.timeLimit(.minutes(10))) struct `A crowd of processes` {
    private struct Member {
        let number: Int
        let errand: Errand
        let end: Finished
    }

    /// How many at once: eighty, or as many as `CROWD` says.
    private static let size = ProcessInfo.processInfo.environment["CROWD"].flatMap { Int($0) } ?? 80

    private static func gather(_ world: World) async throws -> [Member] {
        try await withThrowingTaskGroup(of: Member.self) { group in
            for number in 0..<size {
                let errand = Errand.allCases[number % Errand.allCases.count]
                group.addTask {
                    let input = errand.writes ? Program.Input.text(Errand.value(number)) : .nothing
                    let end = try await world.program.runPatiently(errand.arguments(number), input: input)
                    return Member(number: number, errand: errand, end: end)
                }
            }
            return try await group.reduce(into: []) { $0.append($1) }
        }
    }

    @Test func `reads, writes and refreshes, and nothing is lost, garbled or sent twice`() async throws {
        try await World.with(accounts: ["acme", "birch"]) { world in
            let first = Self.size
            try await world.succeed(
                ["put", Errand.shared, "--reason", "writer \(first)"], input: .text(Errand.value(first)))
            world.sandbox.log.clear()
            let crowd = try await Self.gather(world)
            for member in crowd where member.end.status != .exited(0) {
                Issue.record("\(member.errand) \(member.number): \(member.end.status) \(member.end.errors)")
            }
            let records = try await world.program.home.audit()
            try await Self.checkWrites(crowd, records, world)
            try await Self.checkRefreshes(crowd, records, world)
        }
    }

    /// Each writer's event stands in the chain once, and what is read is what the last of them wrote.
    private static func checkWrites(_ crowd: [Member], _ records: [AuditRecord], _ world: World) async throws {
        let puts = records.filter { $0.action == .put }
        for member in crowd where member.errand.writes {
            #expect(puts.count { $0.reason == "writer \(member.number)" } == 1)
            guard !member.errand.writesShared else { continue }
            #expect(try await world.field("main/own\(member.number)") == Errand.value(member.number))
        }
        let shared = puts.filter { $0.paths == [Errand.shared] }
        let last = try #require(shared.last?.reason.split(separator: " ").last.flatMap { Int($0) })
        #expect(try await world.field(Errand.shared) == Errand.value(last))
        let entries = try await world.succeed("list", "--json").json["entries"] as? [[String: Any]] ?? []
        let entry = entries.first { $0["path"] as? String == Errand.shared }
        #expect(entry?["entry_version"] as? Int == shared.count)
        #expect(shared.count == 1 + crowd.count { $0.errand.writesShared })
        // Whoever read meanwhile got the whole of one of the values.
        let values = Set((0...size).map(Errand.value))
        for member in crowd where member.errand == .getShared { #expect(values.contains(member.end.text)) }
    }

    /// Every request has its intent and its commit, presents a token of its own, and is answered.
    private static func checkRefreshes(_ crowd: [Member], _ records: [AuditRecord], _ world: World) async throws {
        let requests = world.sandbox.log.requests(for: .token)
        let asked = crowd.count { $0.errand == .refresh }
        #expect((1...asked).contains(requests.count))
        #expect(requests.allSatisfy { $0.grantType == "refresh_token" && $0.status == 200 && $0.account == "acme" })
        let presented = requests.compactMap { $0.fingerprints["body.refresh_token"]?.first }
        #expect(Set(presented).count == requests.count)
        #expect(records.count { $0.action == .endRefresh && $0.reason == "accepted" } == requests.count)
        // Where a machine stands still for seconds there are some that were not sent.
        #expect(records.count { $0.action == .beginRefresh } == records.count { $0.action == .endRefresh })
        let version = try await world.status()["main/crm/acme"]?["version"] as? Int
        #expect(version == 1 + requests.count)
        // A version is one token, whoever printed it.
        var tokens: [String: String] = [:]
        for member in crowd where member.errand == .token || member.errand == .tokenOfAnother {
            let printed = member.end.json
            let name = "\(printed["path"] ?? "-") \(printed["version"] ?? "-")"
            let token = try #require(printed["access_token"] as? String)
            #expect(tokens.updateValue(token, forKey: name) ?? token == token)
        }
        #expect(try await world.accountStatus("acme", token: world.token("acme")) == 200)
    }
}
