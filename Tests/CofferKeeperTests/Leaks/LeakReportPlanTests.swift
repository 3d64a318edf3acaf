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
            #expect(found.asked == [0: [Secret("token-3")], 1: [Secret("first")], 2: [Secret("token-2")]])
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

    @Test func `has a plan for the others where only a newer program knows what to do with one`() async throws {
        try await DescribedWorld.with([]) { _ in
        } _: { keeper, time in
            let two = KeeperWorld.path("main/as/two")
            try await DescribedWorld.connect(keeper, accessToken: "other", refreshToken: "r-9", at: time.now, as: two)
            for path in [Self.path, two] { _ = try await keeper.token(path) }
            let draft = try Self.levitating(try await keeper.entry(two, .connection))
            _ = try await keeper.vault.commit(WriteBatch(.put, drafts: [draft]))
            let reported = try await keeper.leakPlan(for: Self.report("other", "first"))
            Self.expectTwoWays(reported.plan, withdrawing: two)
            let exposed = try await keeper.leakPlan(.since(time.now - 60))
            Self.expectTwoWays(exposed, withdrawing: two)
        }
    }

    /// The one is reissued, and of the other a person is told.
    private static func expectTwoWays(_ plan: LeakPlan, withdrawing other: CredentialPath) {
        #expect(plan.steps.count { $0.action == .reissue && $0.subject == path.description } == 1)
        let left = plan.steps.filter { $0.subject == other.description }
        #expect(left.map(\.action) == [.withdraw], "\(plan.steps)")
        #expect(left.first?.steps.first?.contains("newer program") == true)
    }

    /// In a state that this program does not know.
    private static func levitating(_ entry: Entry) throws -> EntryDraft {
        var draft = try EntryDraft(replacing: entry)
        draft.use.set(ConnectionRecord.Tag.state, text: "levitating")
        return draft
    }

    @Test func `is not planned for without what says something of the vault, or of who asks`() {
        func step(_ error: any Error) -> LeakStep? {
            LeakSteps.instead(of: "main/as", field: "client_secret", after: error)
        }
        let refused = step(OAuthError(.configuration, "made up"))
        #expect(refused?.action == .withdraw && refused?.because == "made up" && refused?.field == "client_secret")
        #expect(step(KeeperError(.notFound, "made up")) != nil)
        #expect(step(KeeperError(.notPermitted, "")) == nil && step(VaultError.damaged) == nil)
        #expect(step(CancellationError()) == nil)
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
