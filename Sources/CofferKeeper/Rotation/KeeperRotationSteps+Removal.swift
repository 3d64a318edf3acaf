// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

import CofferCredentials
import CofferDrivers
import CofferOAuth
import CofferRotation
import CofferVault

extension KeeperRotationSteps {
    /// How many connections are named to a person; the report has them all.
    private static let namedCount = 3

    /// Has the driver remove the old secret, once no request with it is under way and no grant would go with it.
    func removeOldSecret(_ plan: RotationPlan, byPerson: Bool) async throws -> SecretRemoval {
        let (record, _, registration) = try await app(plan)
        guard let old = record.retiredSecret else {
            return .removed(evidence: "the app had no client_secret before")
        }
        let person = DriverTable.person(for: registration)
        let obstacle = try await obstacle(plan, byPerson, record, registration)
        // No program knows of another client than the present one.
        if let formerID = record.retiredClientID {
            return .needsOperator(person.requestToRemoveClient(formerID, for: registration, because: obstacle))
        }
        if let obstacle { return .needsOperator(person.requestToRemove(for: registration, because: obstacle)) }
        // An intent is recorded only while the app is as it was read. So whoever presents the old secret now recorded one
        // before the switch, and holds its connection's lock until the answer has landed.
        let epoch = record.secretEpoch
        try await awaitFlights(plan) { ($0.intentEpoch ?? 0) < epoch }
        return try await driver(of: plan, registration).removeSecret(
            RemovalOrder(registration: registration, old: old, rotation: plan.id))
    }

    /// Why a program should not remove the old secret; after a leak nothing is worth waiting for.
    private func obstacle(
        _ plan: RotationPlan, _ byPerson: Bool, _ record: AppRecord, _ registration: ClientRegistration
    ) async throws -> String? {
        if byPerson {
            return """
                nothing has shown that the provider accepts the new client secret, and the old one is known to work. \
                Connect or refresh an account of the app and resume, or remove the old one yourself.
                """
        }
        let isOtherClient = record.retiredClientID != nil
        guard plan.mode == .planned, isOtherClient || registration.provider.secretFacts?.tokensSurvive == false else {
            return nil
        }
        let left = try await keeper.connections(of: plan.app).filter { entry in
            guard let connection = try ConnectionRecord.known(entry) else { return true }
            return connection.mintedUnder < record.secretEpoch
                && ![.needsReauthorization, .retired].contains(connection.state)
        }
        guard !left.isEmpty else { return nil }
        let names = left.prefix(Self.namedCount).map(\.path.description).joined(separator: ", ")
        let what =
            isOtherClient ? "grants end with the old client id" : "tokens of this provider end with the client secret"
        return """
            \(what), and \(left.count) of the connections have none from the new one: \
            \(names)\(left.count > Self.namedCount ? ", …" : "").
            """
    }
}
