// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

import CofferCredentials
import CofferOAuth
import CofferRotation
import Testing

@testable import CofferKeeper

/// Whoever has what a vendor's API is asked with reads each new `client_secret`.
@Suite struct `What a vendor's API is asked with, where it leaked as well` {
    private static let app = DescribedWorld.app.description
    private static let other = "main/zed"

    private static func plan(_ keeper: Keeper, for strings: String...) async throws -> LeakPlan {
        let findings = strings.map { #"{"Secret":"\#($0)","File":"a"}"# }.joined(separator: ",")
        return try await keeper.leakPlan(for: LeakReport(Secret("[\(findings)]"))).plan
    }

    /// Has Auth0's API replace the secret of an app.
    private static func set(_ keeper: Keeper, _ app: String, askingWith credential: String) async throws {
        _ = try await keeper.setAPI(
            of: KeeperWorld.path(app), "auth0", at: "https://tenant.example",
            credential: KeeperWorld.path(credential))
    }

    @Test func `is replaced first as a static secret, although those come after all apps else`() async throws {
        try await DescribedWorld.with([]) { _ in
        } _: { keeper, _ in
            try await keeper.put(KeeperWorld.path("main/admin-token"), Secret("made-up-admin-token"))
            let before = try await Self.plan(keeper, for: "secret", "made-up-admin-token")
            #expect(before.steps.map(\.subject) == [Self.app, "main/admin-token"])
            #expect(before.steps.allSatisfy { $0.after == nil && $0.rotation?.credential == nil })
            try await Self.set(keeper, Self.app, askingWith: "main/admin-token")
            let plan = try await Self.plan(keeper, for: "secret", "made-up-admin-token")
            #expect(plan.steps.map(\.subject) == ["main/admin-token", Self.app])
            #expect(plan.steps.map(\.after) == [nil, "main/admin-token"] && plan.notes.isEmpty, "\(plan.notes)")
            #expect(plan.steps.last?.rotation?.credential == "main/admin-token")
            // Nothing is waited for that did not leak.
            #expect(try await Self.plan(keeper, for: "secret").steps.map(\.after) == [nil])
        }
    }

    @Test(arguments: [app, other])
    func `is replaced first as another app's connection, whichever app it is of`(asking: String) async throws {
        try await DescribedWorld.with([]) { _ in
        } _: { keeper, time in
            let root = try await DescribedWorld.addApp(Self.other, keeper)
            try await DescribedWorld.connect(
                keeper, accessToken: "other", refreshToken: "r-9", at: time.now, as: root)
            let asked = asking == Self.app ? Self.other : Self.app
            try await Self.set(keeper, asking, askingWith: "\(asked)/one")
            // One string, which is the secret of both.
            let leaked = try await keeper.leakPlan(.string(Secret("secret")))
            for plan in [try await Self.plan(keeper, for: "secret"), leaked] {
                #expect(plan.steps.map(\.subject) == [asked, asking])
                #expect(plan.steps.map(\.after) == [nil, asked] && plan.notes.isEmpty, "\(plan.notes)")
            }
        }
    }

    @Test func `of two apps that wait for each other keeps neither from being begun, and it is said`() async throws {
        try await DescribedWorld.with([]) { _ in
        } _: { keeper, time in
            let root = try await DescribedWorld.addApp(Self.other, keeper)
            try await DescribedWorld.connect(
                keeper, accessToken: "other", refreshToken: "r-9", at: time.now, as: root)
            try await Self.set(keeper, Self.app, askingWith: "\(Self.other)/one")
            try await Self.set(keeper, Self.other, askingWith: "\(Self.app)/one")
            let plan = try await Self.plan(keeper, for: "secret")
            let first = try #require(plan.steps.first)
            #expect(Set(plan.steps.map(\.subject)) == [Self.app, Self.other] && plan.steps.count == 2)
            #expect(plan.steps.map(\.after) == [nil, first.subject])
            #expect(plan.notes.count == 1 && plan.notes[0].hasSuffix("coffer rotate \(first.subject) --leak"))
        }
    }

    @Test func `is finished first where its rotation is open already`() async throws {
        try await DescribedWorld.with([]) { _ in
        } _: { keeper, _ in
            let token = KeeperWorld.path("main/admin-token")
            try await keeper.put(token, Secret("made-up-admin-token"))
            try await Self.set(keeper, Self.app, askingWith: token.description)
            _ = try await keeper.openRotation(of: token, taint: .hold)
            let plan = try await Self.plan(keeper, for: "secret", "made-up-admin-token")
            #expect(plan.steps.map(\.action) == [.finish, .rotate])
            #expect(plan.steps.map(\.after) == [nil, token.description])
        }
    }
}
