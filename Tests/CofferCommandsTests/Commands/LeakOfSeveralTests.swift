// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

import Foundation
import Testing

@testable import CofferCommands

@Suite struct `What leaked of several` {
    private static let secret = String(repeating: "a", count: 64)

    private let world: CommandWorld

    init() async throws {
        world = try CommandWorld()
        _ = await world.run("init")
        for app in ["main/crm", "main/desk"] {
            let add = "app add \(app) --provider amocrm --client-id cid --redirect-uri https://client.example.com/cb"
            #expect(await world.run(add, typing: Self.secret).status == .done)
        }
    }

    private static func rows(_ outcome: CommandWorld.Outcome, _ name: String) -> [[String: Any]] {
        outcome.object[name] as? [[String: Any]] ?? []
    }

    @Test func `is open and tainted at once, and every one is named with what goes on with it`() async throws {
        let outcome = await world.run("rotate --leaked - --yes --hold --json", typing: Self.secret)
        #expect(outcome.status == .awaitsOperator, "\(outcome.errors)")
        let open = Self.rows(await world.run("rotate list --open --json"), "rotations")
        #expect(Set(open.compactMap { $0["app"] as? String }) == ["main/crm", "main/desk"])
        let lines = outcome.errors.split(separator: "\n")
        let taints = lines.firstIndex { $0.contains("2 rotations are open, and what they replace is tainted: ") }
        let freeze = lines.firstIndex { $0.contains("refreshes of the app wait") }
        let (opened, begun) = (try #require(taints, "\(lines)"), try #require(freeze, "\(lines)"))
        #expect(opened < begun, "\(lines)")
        for id in open.compactMap({ $0["id"] as? String }) {
            #expect(outcome.errors.contains("goes on with: coffer rotate resume \(id)"), "\(outcome.errors)")
        }
    }

    @Test func `waits for what its API is asked with, and can be gone on with all the same`() async throws {
        _ = await world.run("put main/token", typing: "made-up-admin-token")
        let set = "app driver main/crm --api okta --admin-url https://okta.example.com --credential main/token"
        #expect(await world.run(set).status == .done)
        let found = [Self.secret, "made-up-admin-token"].map { #"{"Secret":"\#($0)","File":"a"}"# }
        let report = "[\(found.joined(separator: ","))]"
        let plan = await world.run("leak import --dry-run", typing: report)
        #expect(plan.output.contains("after") && plan.output.contains("main/token, since whoever has that"))
        let outcome = await world.run("leak import --yes --hold --json", typing: report)
        #expect(outcome.status == .awaitsOperator, "\(outcome.errors)")
        let results = Dictionary(
            Self.rows(outcome, "results").compactMap { row in (row["subject"] as? String).map { ($0, row) } }
        ) { $1 }
        #expect(results["main/token"]?["outcome"] as? String == "awaiting_operator")
        #expect(results["main/desk"]?["outcome"] as? String == "awaiting_operator")
        let waiting = try #require(results["main/crm"], "\(outcome.output)")
        #expect(waiting["outcome"] as? String == "running")
        let id = try #require((waiting["rotation"] as? [String: Any])?["id"] as? String)
        let reason = waiting["reason"] as? String ?? ""
        #expect(reason.contains("main/token first") && reason.hasSuffix("coffer rotate resume \(id)"), "\(reason)")
        // Its credential is on hold, and it is asked with that; but nobody is there.
        #expect(await world.run("get main/token").status == .onHold)
        let resumed = await world.run("rotate resume \(id)")
        #expect(resumed.status == .unreachable, "\(resumed.errors)")
    }

    @Test func `is contained for the rest where one rotation is open already`() async {
        _ = await world.run("rotate main/desk --leak")
        let outcome = await world.run("rotate --leaked - --yes --json", typing: Self.secret)
        #expect(outcome.status == .awaitsOperator, "\(outcome.errors)")
        #expect(Self.rows(outcome, "results").map { $0["subject"] as? String } == ["main/crm"])
        #expect(!outcome.errors.contains("rotations are open, and"), "\(outcome.errors)")
    }
}
