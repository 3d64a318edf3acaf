// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

import CofferCredentials
import CofferOAuth
import CofferRotation
import CofferVault
import Testing

@testable import CofferKeeper

/// What a client's registration is read and changed with (RFC 7592): whoever has it has each new secret as well.
@Suite struct `A registration token that leaked` {
    private static let token = "zq7-marker-registration-token"

    @Test func `is known to be the same where the provider has not replaced it with the secret`() async throws {
        try await RegistrationWorld.with { world in
            let keeper = try await world.keeper()
            let step = try #require(try await keeper.leakPlan(.string(Secret(Self.token))).steps.first)
            #expect(step.action == .rotate && step.field == "registration_token" && step.steps.isEmpty)
            let nobody = ScriptedOperator(isPresent: false, [])
            let (report, isKept) = try await keeper.watchingRegistrationToken(of: RegistrationWorld.app) {
                let id = try await keeper.openRotation(of: RegistrationWorld.app)
                return try await keeper.resumeRotation(id, operator: nobody)
            }
            #expect(report.state == .closed && isKept, "\(report.text)")
            #expect(world.server.replacementCount == 1)
        }
    }

    @Test func `is what the rotation is for, also where the client_secret was found beside it`() async throws {
        try await RegistrationWorld.with { world in
            let keeper = try await world.keeper()
            let findings = [RegistrationServer.firstSecret, Self.token].map { #"{"Secret":"\#($0)","File":"a"}"# }
            let report = try LeakReport(Secret("[\(findings.joined(separator: ","))]"))
            let steps = try await keeper.leakPlan(for: report).plan.steps
            #expect(steps.map(\.action) == [.rotate] && steps.map(\.field) == ["registration_token"])
        }
    }

    @Test func `with an identity is told of beside the client_secret, and alone once that is another`() async throws {
        try await KeeperWorld.with(accounts: []) { world in
            let app = KeeperWorld.path("main/as")
            _ = try await world.join("ops", .issuer)
            let owner = try await world.keeper()
            var new = NewApp(clientID: "client-1")
            new.provider = ProviderDescription(
                id: "as", displayName: "AS", endpoints: Endpoints(token: "https://as.example/token"),
                domains: ["as.example"], clientAuthentication: .post)
            new.clientSecret = Secret("made-up-secret")
            new.registration = RegistrationAccess(
                uri: "https://as.example/register/client-1", token: Secret(Self.token))
            _ = try await owner.addApp(app, new)

            let before = try await owner.exposure(.identity("ops")).rows.first { $0.path == app.description }
            #expect(before?.fields == ["client_secret", "registration_token"] && before?.must == .rotate)
            let planned = try await owner.leakPlan(.identity("ops")).steps.first { $0.subject == app.description }
            #expect(planned?.action == .rotate && planned?.field == "registration_token")

            world.time.advance(by: 60)
            _ = try await owner.removeIdentity("ops")
            world.time.advance(by: 60)
            let entry = try await owner.entry(app, .app)
            var record = try AppRecord(entry)
            let other = Secret("made-up-other-secret")
            record.registration?.clientSecret = other
            let draft = try record.draft(
                replacing: entry, traced: [TracedSecret(other, tier: .issue, field: AppRecord.Tag.clientSecret)])
            _ = try await owner.vault.commit(WriteBatch(.rotate, drafts: [draft]))
            let after = try await owner.exposure(.identity("ops")).rows.first { $0.path == app.description }
            #expect(after?.must == .replace, "\(String(describing: after))")
            let left = try await owner.leakPlan(.identity("ops")).steps.first { $0.subject == app.description }
            #expect(left?.action == .replace && left?.field == "registration_token")
        }
    }
}
