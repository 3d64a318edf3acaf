// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

import CofferSandbox
import Foundation
import Testing

extension KilledRotation {
    /// That one secret is in force, the vault's, and the account has new tokens that serve, if need be by a person's hands.
    ///
    /// - Returns: what the rotation has come to.
    func expectEnd(since before: Before, _ mode: String, _ place: String) async throws -> End {
        let report = try await report()
        #expect(report["state"] as? String == "closed", "\(place): \(report)")
        #expect((report["open_items"] as? [String])?.count == (hands.isAnew ? 1 : 0), "\(place): \(report)")
        let outcomes = (report["connections"] as? [[String: Any]])?.compactMap { $0["outcome"] as? String }
        let outcome = hands == .program ? [] : [hands.isAnew ? "needs_person" : "reissued"]
        #expect(outcomes == outcome, "\(place): \(report)")
        if hands.isAnew { try await expectApart(before, place) }
        let inForce = try await inForce()
        #expect(inForce.secret != before.secret, "\(place)")
        #expect(try await secretsInForce() == [inForce.secret], "\(place)")
        if let old = before.token, let token = inForce.token {
            #expect(token != old, "\(place)")
            #expect(try await isServed(token), "\(place)")
            if mode == "--leak" || hands.isAnew { #expect(try await !isServed(old), "\(place)") }
        }
        return End(steps: Self.stepNames(of: report), inForce: inForce)
    }

    /// That no request had anything of the one client beside anything of the other; then connects the account again.
    private func expectApart(_ before: Before, _ place: String) async throws {
        let (log, new) = (world.sandbox.log, world.sandbox.integration)
        let shown = try await world.succeed("app", "show", app, "--json").json["client_id"] as? String
        #expect(shown == new.clientID, "\(place)")
        #expect(try await world.state(Self.account) == "needs_reauthorization", "\(place)")
        let withOld = log.requests(carrying: before.secret)
        let withNew = log.requests(carrying: new.clientID) + log.requests(carrying: new.clientSecret)
        #expect(!withOld.isEmpty && !withNew.isEmpty, "\(place)")
        #expect(Set(withOld.map(\.number)).isDisjoint(with: withNew.map(\.number)), "\(place)")
        let refreshToken = try #require(before.refreshToken)
        #expect(!log.wasSent(secret: refreshToken), "\(place)")
        try await world.connect(Self.account)
    }

    /// What is in force now.
    func inForce() async throws -> Before {
        let refreshToken = hands.isAnew ? try await world.field("\(app)/\(Self.account)#refresh_token") : nil
        return try await Before(
            secret: secret(), token: hands == .program ? nil : token(), refreshToken: refreshToken)
    }

    /// The secret in the vault.
    private func secret() async throws -> String {
        try await world.field(hands == .program ? app : "\(app)#client_secret")
    }

    /// The account's token.
    private func token() async throws -> String {
        try await world.succeed("token", "\(app)/\(Self.account)").text.trimmingCharacters(in: .newlines)
    }

    private func isServed(_ token: String) async throws -> Bool {
        let api = APIClient(world.sandbox)
        return switch hands.provider {
        case .amocrm: try await api.accountStatus(Self.account, token: token) == 200
        case .bitrix24: try await api.answer("/rest/app.info?auth=\(token)", headerLines: "").status == 200
        default: try await api.answer("/userinfo", headerLines: "Authorization: Bearer \(token)").status == 200
        }
    }
}
