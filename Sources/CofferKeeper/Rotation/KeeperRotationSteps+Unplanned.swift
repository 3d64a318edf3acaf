// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

import CofferCredentials
import CofferOAuth
import CofferRotation
import CofferVault

extension KeeperRotationSteps {
    /// What is in no plan and has tokens from before all the same: a connection that was made while the rotation was being opened, or
    /// whose code was being exchanged then.
    ///
    /// After a leak also one that has new tokens by now and whose old one is kept to be asked about.
    func unplanned(_ plan: RotationPlan) async throws -> [CredentialPath] {
        let planned = Set(plan.connections)
        var found: [Entry] = []
        for entry in try await keeper.connections(of: plan.app) where !planned.contains(entry.path) {
            if let record = try ConnectionRecord.known(entry), Self.isOutOfUse(record, plan) { continue }
            // What can't be read here, or is another app's, is told to a person.
            if let pair = try await keeper.knownPair(entry.path), !needsTokens(pair, plan) {
                guard plan.mode == .leak, !pair.connection.leaked.isEmpty else { continue }
            }
            found.append(entry)
        }
        return try keeper.mostExposedFirst(found)
    }

    /// What nobody has confirmed is not in force, and has its mark when it comes into force; what is retired was left out of the plan.
    private static func isOutOfUse(_ record: ConnectionRecord, _ plan: RotationPlan) -> Bool {
        !record.wasConfirmed || plan.mode == .planned && record.state == .retired
    }
}
