// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

import CofferCredentials
import CofferOAuth
import CofferRotation
import CofferVault
import Foundation
import Testing

@testable import CofferKeeper

/// Some providers give none, and what they give never ends.
@Suite struct `A leaked connection that is not refreshed` {
    private static let path = DescribedWorld.path
    private static let theft = "may have used the refresh token first"

    /// Has the connection as a provider without refresh tokens leaves it.
    private static func dropRefreshToken(_ keeper: Keeper) async throws {
        try await keeper.changeConnection(path, action: .connect, reason: "made up") { record in
            record.refreshToken = nil
            return true
        }
    }

    private static func report(_ keeper: Keeper) async throws -> RotationReport {
        let id = try await keeper.openRotation(of: DescribedWorld.app)
        return try await keeper.resumeRotation(id, operator: ScriptedOperator([{ "made-up-new-secret" }]))
    }

    @Test func `for want of a refresh token is left to a person by a rotation, and no thief is suspected`() async throws
    {
        let script = DescribedWorld.Script([(200, "{}")])
        try await DescribedWorld.with([], over: script) {
            $0.tokenProbe = .api(path: "https://as.example/me")
        } _: { keeper, _ in
            try await Self.dropRefreshToken(keeper)
            let report = try await Self.report(keeper)
            #expect(report.connections.map(\.outcome) == [.needsPerson], "\(report.text)")
            #expect(report.connections.map(\.tokens) == [.refuted], "\(report.text)")
            let reason = try #require(report.connections.first?.reason)
            #expect(reason.contains("there is no refresh token") && !reason.contains(Self.theft), "\(reason)")
            #expect(script.requests.count == 1, "\(script.requests)")
        }
    }

    @Test func `for want of a refresh token is named by every plan, with what a person does`() async throws {
        try await DescribedWorld.with([]) { _ in
        } _: { keeper, _ in
            #expect(try await keeper.previewRotation(of: DescribedWorld.app).unrefreshableConnections == nil)
            try await Self.dropRefreshToken(keeper)
            let preview = try await keeper.previewRotation(of: DescribedWorld.app)
            #expect(preview.unrefreshableConnections == [Self.path.description])
            let step = try #require(try await keeper.leakPlan(.connection(Self.path)).steps.first)
            #expect(step.action == .reissue && step.because.contains("no refresh token"))
            #expect(step.steps == ["Connect the account again: coffer connect \(Self.path)"])
            let subject = try await keeper.drillSubject(
                of: DescribedWorld.app, mode: .leak, taint: nil, accessTokenLeaked: false)
            #expect(subject.unrefreshable == [Self.path])
        }
    }

    @Test(arguments: [("bitrix24", 401, #"{"error":"NOT_INSTALLED"}"#), ("ended", 400, #"{"error":"invalid_grant"}"#)])
    func `for a reason that is known is no theft`(reason: String, status: Int, answer: String) async throws {
        try await DescribedWorld.with([(status, answer)]) {
            if reason == "bitrix24" { $0.errorDialect = .bitrix24 }
        } _: { keeper, time in
            if reason == "ended" {
                try await keeper.changeConnection(Self.path, action: .connect, reason: "made up") { record in
                    record.endsAt = time.now
                    return true
                }
            }
            let report = try await Self.report(keeper)
            #expect(report.connections.map(\.outcome) == [.needsPerson], "\(report.text)")
            #expect(report.connections.first?.reason?.contains(Self.theft) == false, "\(report.text)")
        }
    }

    @Test func `by itself is revoked where that ends the token alone, and handed out no more`() async throws {
        let script = DescribedWorld.Script([(200, ""), (401, "{}")])
        try await DescribedWorld.with([], over: script) {
            $0.endpoints.revocation = "https://as.example/revoke"
            $0.revocationReach = .token
            $0.tokenProbe = .api(path: "https://as.example/me")
        } _: { keeper, _ in
            try await Self.dropRefreshToken(keeper)
            let contained = try await keeper.reissueLeaked(Self.path, refreshTokenLeaked: false)
            #expect(contained.result.name == "needs_person")
            #expect(contained.result.reason?.contains("there is no refresh token") == true)
            #expect(contained.proofs.map(\.result) == [.proven], "\(contained.proofs)")
            #expect(script.requests.first?.contains("token=first") == true, "\(script.requests)")
            #expect(script.requests.count == 2, "\(script.requests)")
            #expect(try await keeper.status().first?.state == "needs_reauthorization")
            #expect(try ConnectionRecord(try await keeper.entry(Self.path, .connection)).leaked.isEmpty)
        }
    }

    @Test func `by itself is said to live where nothing can end it, and serves until a person did`() async throws {
        try await DescribedWorld.with([(200, "{}")]) {
            $0.tokenProbe = .api(path: "https://as.example/me")
        } _: { keeper, _ in
            try await Self.dropRefreshToken(keeper)
            let contained = try await keeper.reissueLeaked(Self.path, refreshTokenLeaked: false)
            #expect(contained.proofs.map(\.result) == [.refuted], "\(contained.proofs)")
            #expect(try await keeper.status().first?.state == "active")
        }
    }

    @Test func `as it was refused is asked about all the same`() async throws {
        try await DescribedWorld.with([(400, #"{"error":"invalid_grant"}"#), (401, "{}")]) {
            $0.tokenProbe = .api(path: "https://as.example/me")
        } _: { keeper, _ in
            let contained = try await keeper.reissueLeaked(Self.path)
            #expect(contained.result.reason?.contains(Self.theft) == true)
            #expect(contained.proofs.map(\.subject) == ["old access token"])
            #expect(contained.proofs.map(\.result) == [.proven], "\(contained.proofs)")
        }
    }
}
