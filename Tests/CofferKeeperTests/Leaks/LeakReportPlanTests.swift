// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

import CofferCredentials
import CofferOAuth
import CofferRotation
import CofferVault
import Foundation
import Testing

@testable import CofferKeeper

/// What a report comes to: who is asked nothing, and everything once.
@Suite struct `A report of a scanner, looked up in the vault` {
    private static let path = DescribedWorld.path

    private static func report(_ strings: String...) throws -> LeakReport {
        let findings = strings.enumerated().map { #"{"Secret":"\#($1)","File":"file-\#($0)"}"# }
        return try LeakReport(Secret("[\(findings.joined(separator: ","))]"))
    }

    @Test func `unites a client_secret and the tokens under it to one rotation that holds them back`() async throws {
        let script = DescribedWorld.Script([])
        try await DescribedWorld.with([], over: script) { _ in
        } _: { keeper, _ in
            let alone = try await keeper.leakPlan(for: Self.report("secret"))
            #expect(alone.plan.steps.first?.rotation?.accessTokenLeaked == false)
            let all = try await keeper.leakPlan(
                for: Self.report("first", "r-1", "secret", "secret", "made-up-stranger"))
            #expect(all.plan.steps.map(\.action) == [.rotate] && all.unknown == 1 && all.redacted == 0)
            #expect(all.plan.steps.first?.rotation?.accessTokenLeaked == true)
            #expect(all.ours.map(\.field) == ["access_token", "refresh_token", "client_secret"])
            #expect(all.ours.last?.findings == 2 && all.ours.last?.places.map(\.file) == ["file-2", "file-3"])
            #expect(all.ours.allSatisfy { $0.state == "present" })
            #expect(script.requests.isEmpty, "a plan asks nobody")
        }
    }

    @Test func `unites both tokens of a connection to one step, which is the refresh token's`() async throws {
        try await DescribedWorld.with([]) { _ in
        } _: { keeper, _ in
            for strings in [["first", "r-1"], ["r-1", "first"]] {
                let plan = try await keeper.leakPlan(for: Self.report(strings[0], strings[1])).plan
                #expect(plan.steps.map(\.action) == [.reissue] && plan.steps.first?.field == "refresh_token")
            }
        }
    }

    @Test func `asks about each string that is past by itself, after what is in force`() async throws {
        let pairs = (2...3).map {
            (200, #"{"access_token":"token-\#($0)","refresh_token":"r-\#($0)","expires_in":3600}"#)
        }
        try await DescribedWorld.with(pairs) {
            $0.refreshTokens = RefreshTokenBehaviour(rotation: .always)
        } _: { keeper, _ in
            for _ in pairs { _ = try await keeper.refresh(.forced(Self.path)) }
            let found = try await keeper.leakPlan(for: Self.report("first", "token-2", "token-3", "r-1"))
            #expect(found.plan.steps.map(\.action) == [.reissue, .ask, .ask])
            #expect(found.asked == [1: Secret("first"), 2: Secret("token-2")])
            #expect(found.plan.notes.contains { $0.contains("must not be presented") }, "\(found.plan.notes)")
            #expect(found.ours.map(\.state) == ["past", "present", "spent"])
            #expect(found.ours.map(\.findings) == [2, 1, 1])
        }
    }

    @Test func `knows a value that was stored with the end of its line, and one that is a whole match`() async throws {
        try await DescribedWorld.with([]) { _ in
        } _: { keeper, _ in
            try await keeper.put(KeeperWorld.path("main/file"), Secret("made-up-value\n"))
            try await keeper.put(KeeperWorld.path("main/hook"), Secret("https://x.example/rest/1/made-up/"))
            let text =
                #"[{"Secret":" made-up-value"},{"Secret":"made-up","Match":"https://x.example/rest/1/made-up/"}]"#
            let found = try await keeper.leakPlan(for: LeakReport(Secret(text)))
            #expect(found.ours.map(\.path) == ["main/file", "main/hook"] && found.unknown == 0)
            #expect(found.plan.steps.map(\.action) == [.rotate, .rotate])
            #expect(found.plan.steps.allSatisfy { $0.rotation?.subject == .value })
        }
    }

    @Test func `is one event, however much was found`() async throws {
        try await DescribedWorld.with([]) { _ in
        } _: { keeper, _ in
            func count() async throws -> Int {
                var filter = AuditFilter()
                filter.action = .trace
                return try await keeper.auditEvents(filter, limit: nil).events.count
            }
            let before = try await count()
            _ = try await keeper.leakPlan(for: Self.report("first", "r-1", "made-up-a", "made-up-b"))
            #expect(try await count() == before + 1)
        }
    }
}
