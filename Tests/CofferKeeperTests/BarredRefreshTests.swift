// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

import CofferCredentials
import CofferOAuth
import CofferRotation
import CofferVault
import Testing

@testable import CofferKeeper

/// The rotation reissues nothing before the leaked secret is out of the way, and neither does anybody else for it.
@Suite struct `Tokens on hold while the old secret may still be accepted` {
    private static let path = DescribedWorld.path
    private static let second = "made-up-second-secret"
    private static let third = "made-up-third-secret"

    /// A rotation after a leak that has put its new secret in force and stopped, since the old one is still accepted.
    private static func stopped(
        _ keeper: Keeper, _ server: TwoSecretServer, taint: TaintStrength
    ) async throws -> RotationID {
        let id = try await keeper.openRotation(of: DescribedWorld.app, taint: taint)
        let report = try await keeper.resumeRotation(id, operator: SecondSecretOperator(server: server, secret: second))
        #expect(report.stopReason == .oldSecretAccepted, "\(report.text)")
        #expect(server.refreshes == [], "nothing was reissued")
        return id
    }

    private static func forced(_ keeper: Keeper) async throws -> RefreshLine? {
        try await keeper.refresh(.forced(path)).first
    }

    private static func failure(_ keeper: Keeper) async throws -> OAuthError? {
        try await forced(keeper)?.failure as? OAuthError
    }

    /// What a provider is like that can't be asked about a secret.
    private static func describeUnasked(_ provider: inout ProviderDescription) {
        TwoSecretServer.describe(&provider)
        provider.secretProbe = .none
    }

    /// Changes the app's entry as another program does.
    private static func write(_ keeper: Keeper, _ change: (inout AppRecord) -> Void) async throws {
        let entry = try await keeper.entry(DescribedWorld.app, .app)
        var record = try AppRecord(entry)
        change(&record)
        _ = try await keeper.vault.commit(
            WriteBatch(.put, reason: "", drafts: [try record.draft(replacing: entry, traced: [])]))
    }

    @Test func `are refreshed by nobody, whyever it is asked for, until the rotation does`() async throws {
        let server = TwoSecretServer()
        try await DescribedWorld.with([], over: server, TwoSecretServer.describe) { keeper, time in
            let old = try await keeper.token(Self.path).credential
            let id = try await Self.stopped(keeper, server, taint: .hold)
            #expect(try await Self.failure(keeper)?.code == .held)
            // Now it is due as well, and its end has come.
            time.advance(by: 3700)
            for selection in [RefreshSelection.due, .all, .forced(Self.path)] {
                let line = try await keeper.refresh(selection).first
                #expect((line?.failure as? OAuthError)?.code == .held, "\(selection)")
            }
            await #expect(throws: OAuthError(.held, "")) { try await keeper.report(rejected: old) }
            await #expect(throws: KeeperError(.rotating, "")) { try await keeper.token(Self.path) }
            #expect(server.refreshes == [])
            #expect(try await keeper.pair(Self.path).isTainted)
            server.remove("secret")
            let report = try await keeper.resumeRotation(
                id, operator: SecondSecretOperator(server: server, secret: Self.second))
            #expect(report.state == .closed && report.openItems.isEmpty, "\(report.text)")
            #expect(server.refreshes == [Self.second])
            #expect(try await keeper.token(Self.path).credential.value == Secret("made-up-access-2"))
            #expect(try await Self.forced(keeper)?.outcome == .refreshed)
        }
    }

    @Test func `are another matter than those that are served, which are refreshed as ever`() async throws {
        let server = TwoSecretServer()
        try await DescribedWorld.with([], over: server, TwoSecretServer.describe) { keeper, _ in
            _ = try await Self.stopped(keeper, server, taint: .serve)
            #expect(try await Self.forced(keeper)?.outcome == .refreshed)
            #expect(server.refreshes == [Self.second])
        }
    }

    @Test func `are refreshed once nobody can say whether it is`() async throws {
        let server = TwoSecretServer()
        try await DescribedWorld.with([], over: server, Self.describeUnasked) { keeper, _ in
            let id = try await keeper.openRotation(of: DescribedWorld.app, taint: .hold)
            let report = try await keeper.resumeRotation(
                id, operator: SecondSecretOperator(server: server, secret: Self.second))
            #expect(report.state == .closed && report.connections.map(\.outcome) == [.reissued], "\(report.text)")
            #expect(report.closedUnproven)
            #expect(try await Self.forced(keeper)?.outcome == .refreshed)
        }
    }

    @Test func `get their new ones from the rotation that it is given up for`() async throws {
        for mode in [RotationMode.leak, .planned] {
            let server = TwoSecretServer()
            try await DescribedWorld.with([], over: server, TwoSecretServer.describe) { keeper, _ in
                _ = try await Self.stopped(keeper, server, taint: .hold)
                let next = try await keeper.openRotation(
                    of: DescribedWorld.app, mode: mode, taint: mode == .leak ? .hold : nil, isForced: true)
                if mode == .leak { server.replaceAll(with: Self.third) }
                let report = try await keeper.resumeRotation(
                    next, operator: SecondSecretOperator(server: server, secret: Self.third))
                #expect(report.connections.map(\.outcome) == [.reissued], "\(report.text)")
                #expect(server.refreshes == [Self.third])
                #expect(try await Self.forced(keeper)?.outcome == .refreshed)
            }
        }
    }

    /// It asks about the old secret and knows nothing of a bar, which it carries over.
    @Test func `get their new ones where an older program has seen it dead`() async throws {
        let server = TwoSecretServer()
        try await DescribedWorld.with([], over: server, TwoSecretServer.describe) { keeper, _ in
            let person = SecondSecretOperator(server: server, secret: Self.second)
            let id = try await Self.stopped(keeper, server, taint: .hold)
            server.remove("secret")
            server.fail(.silent)
            #expect(try await keeper.resumeRotation(id, operator: person).stopReason == .connectionsLeft)
            try await Self.write(keeper) { $0.barredBy = id.description }
            server.fail(nil)
            #expect(try await Self.failure(keeper)?.code == .held)
            let report = try await keeper.resumeRotation(id, operator: person)
            #expect(report.state == .closed && report.openItems.isEmpty, "\(report.text)")
        }
    }

    @Test func `are refreshed where an older program has closed the rotation`() async throws {
        let server = TwoSecretServer()
        try await DescribedWorld.with([], over: server, TwoSecretServer.describe) { keeper, _ in
            _ = try await Self.stopped(keeper, server, taint: .hold)
            try await Self.write(keeper) { $0.retiredSecret = nil }
            #expect(try await keeper.appRecord(above: Self.path).record.barredBy != nil)
            #expect(try await Self.forced(keeper)?.outcome == .refreshed)
        }
    }
}
