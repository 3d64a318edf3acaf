// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

import CofferCredentials
import CofferDrivers
import CofferKeeper
import CofferOAuth
import CofferRotation
import Foundation
import Synchronization
import Testing

@testable import CofferDrill

/// Whole drills in this process, waits passed over.
@Suite(.timeLimit(.minutes(4))) struct `A drill` {
    /// What is known of an app that was made up.
    static func subject(
        _ provider: ProviderDescription = ProviderCatalogue.amocrm, app: String = "main/crm", count: Int = 3,
        mode: RotationMode = .leak, driver: String = "operator", overlaps: Bool = false, keepsTwo: Bool = false,
        unrefreshable: [String] = []
    ) throws -> DrillSubject {
        let path = try CredentialPath(app)
        let registration = ClientRegistration(
            provider: provider, clientID: "made-up-id", clientSecret: Secret("made-up-secret"))
        let plan = RotationPlan(
            id: RotationID(random: 7), app: path, mode: mode, taint: mode == .leak ? .serve : nil, driver: driver,
            overlaps: overlaps, connections: try DrillSubject.connections([], of: path, count: count), openedBy: "ada")
        return DrillSubject(
            plan, registration, keepsTwo: keepsTwo, unrefreshable: try unrefreshable.map { try CredentialPath($0) })
    }

    private static func google() throws -> ProviderDescription {
        try #require(ProviderCatalogue.entry(id: "google")).description
    }

    private static func expectAllReissued(_ report: RotationReport, count: Int) {
        #expect(report.state == .closed, "\(report.text)")
        #expect(report.bundles == nil, "the drill has a vault of its own")
        #expect(report.connections.count == count)
        #expect(report.connections.allSatisfy { $0.outcome == .reissued && $0.tries == 1 }, "\(report.text)")
    }

    @Test func `takes as long in the report as the provider's pace wants`() async throws {
        let subject = try Self.subject(count: 40)
        let report = try await Drill(subject).run()
        Self.expectAllReissued(report, count: 40)
        #expect(report.connections.map(\.path) == subject.connections)
        #expect(report.proofs.allSatisfy { $0.proof.result == .proven }, "\(report.text)")
        let estimate = try #require(subject.preview.estimatedSeconds)
        let closed = try #require(report.closedAt)
        #expect(estimate > 10)
        #expect(closed.timeIntervalSince(report.openedAt) >= Double(estimate) - 1)
        let mark = try #require(report.drill)
        #expect(mark.isVirtual && !mark.isByHand && mark.standIn == "amocrm")
        #expect(mark.skipped > .zero)
        let span = (mark.lasted + mark.skipped) / .seconds(1)
        // What the machine stood still for is in one of them only; what was passed over is longer.
        #expect(abs(span - closed.timeIntervalSince(report.openedAt)) < 15, "\(mark)")
    }

    @Test func `has the strict server for a provider without an emulation, in a space of its own`() async throws {
        let report = try await Drill(Self.subject(try Self.google(), app: "prod/mail")).run()
        Self.expectAllReissued(report, count: 3)
        #expect(report.driver == "operator" && report.drill?.standIn == "strict")
    }

    @Test(arguments: ["auth0", "gitlab", "keycloak", "microsoft", "okta", "rfc7592", "command"])
    func `has the secret replaced as in earnest`(_ driver: String) async throws {
        var provider = try Self.google()
        if driver == "rfc7592" { provider.secretReplacement = .rfc7592 }
        let keepsTwo = SecretAPIKind(rawValue: driver)?.keepsTwo ?? false
        let report = try await Drill(
            Self.subject(provider, count: 2, driver: driver, overlaps: keepsTwo, keepsTwo: keepsTwo)
        ).run()
        Self.expectAllReissued(report, count: 2)
        #expect(report.driver == driver)
        #expect(report.oldSecretProof?.result != .refuted, "\(report.text)")
    }

    @Test(arguments: ["okta", "keycloak", "command", "operator"])
    func `leaves two secrets side by side until all is reissued, where nothing leaked`(_ driver: String) async throws {
        var provider = try Self.google()
        provider.secretFacts = SecretFacts(overlap: .untilRemoved)
        let report = try await Drill(
            Self.subject(provider, count: 2, mode: .planned, driver: driver, overlaps: true, keepsTwo: true)
        ).run()
        Self.expectAllReissued(report, count: 2)
        let steps = report.steps.map(\.step)
        let removed = try #require(steps.firstIndex(of: "old_secret_removed"), "\(report.text)")
        #expect(try #require(steps.lastIndex(of: "reissued")) < removed)
        #expect(!steps.contains("tainted") && report.driver == driver)
    }

    @Test func `shows that every account needs a person where grants end with the secret`() async throws {
        var provider = try Self.google()
        provider.secretFacts = SecretFacts(tokensSurvive: false)
        let report = try await Drill(Self.subject(provider, count: 2)).run()
        #expect(report.state == .closed && report.closedUnproven)
        #expect(report.connections.allSatisfy { $0.outcome == .needsPerson }, "\(report.text)")
    }

    @Test func `leaves to a person what has no refresh token, as in earnest`() async throws {
        let subject = try Self.subject(unrefreshable: ["main/crm/drill-2"])
        #expect(subject.preview.unrefreshableConnections == ["main/crm/drill-2"])
        let report = try await Drill(subject).run()
        #expect(report.state == .closed && report.closedUnproven, "\(report.text)")
        #expect(report.connections.map(\.outcome) == [.reissued, .needsPerson, .reissued], "\(report.text)")
        let reason = report.connections.first { $0.outcome == .needsPerson }?.reason
        #expect(reason?.contains("there is no refresh token") == true, "\(report.text)")
    }

    /// The real thing: a local application is deleted and added anew, and what was granted to it is gone.
    @Test func `of Bitrix24 adds the app anew, and leaves every account to a person`() async throws {
        let report = try await Drill(Self.subject(ProviderCatalogue.bitrix24, count: 2)).run()
        #expect(report.state == .closed && report.drill?.standIn == "bitrix24", "\(report.text)")
        #expect(report.connections.allSatisfy { $0.outcome == .needsPerson && $0.tries == 1 }, "\(report.text)")
        #expect(report.connections.allSatisfy { $0.reason?.contains("client id has changed") == true })
        #expect(report.oldSecretProof?.result == .proven, "\(report.text)")
        let sealed = report.steps.first { $0.step == "pending_sealed" }?.detail
        #expect(sealed?.contains("with the client id local.") == true, "\(report.text)")
    }

    @Test func `of Bitrix24 has two applications side by side, where nothing leaked`() async throws {
        let report = try await Drill(
            Self.subject(ProviderCatalogue.bitrix24, count: 2, mode: .planned, overlaps: true)
        ).run()
        #expect(report.state == .closed, "\(report.text)")
        #expect(report.connections.allSatisfy { $0.outcome == .needsPerson }, "\(report.text)")
        #expect(report.steps.contains { $0.step == "old_secret_removed" })
        #expect(report.oldSecretProof?.result == .proven, "\(report.text)")
    }

    @Test func `of an app without accounts replaces its secret`() async throws {
        let report = try await Drill(Self.subject(count: 0)).run()
        #expect(report.state == .closed && report.connections.isEmpty, "\(report.text)")
    }

    @Test func `ends when it is cancelled`() async throws {
        let heard = AsyncStream<Void>.makeStream()
        let subject = try Self.subject(count: 200)
        let drill = Task {
            try await Drill(subject, isVirtual: false).run(tell: { news in
                if case .rotating(.recorded(let event, _, _)) = news, case .reissued = event.fact {
                    heard.continuation.yield()
                }
            })
        }
        for await _ in heard.stream.prefix(1) {}
        drill.cancel()
        await #expect(throws: (any Error).self) { try await drill.value }
    }

    @Test func `takes the app's own accounts first, and makes up the rest`() throws {
        let app = try CredentialPath("main/crm")
        let own = try ["acme", "drill-1"].map { try CredentialPath("main/crm/\($0)") }
        func names(_ count: Int?) throws -> [String] {
            try DrillSubject.connections(own, of: app, count: count).map { String($0.description.dropFirst(9)) }
        }
        #expect(try names(nil) == ["acme", "drill-1"])
        #expect(try names(1) == ["acme"])
        #expect(try names(4) == ["acme", "drill-1", "drill-2", "drill-3"])
        #expect(try names(0) == [])
    }
}
