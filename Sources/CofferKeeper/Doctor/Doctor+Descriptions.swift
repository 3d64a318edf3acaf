// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

import CofferOAuth
import CofferVault

extension Doctor {
    /// A warning for each app whose pinned description is not what is known of its provider now.
    ///
    /// Of what can't be compared, as an app with an issuer of its own or one that an older program added with settings,
    /// nothing is said.
    func descriptionFindings(_ keeper: Keeper?) async -> [DoctorFinding] {
        // That the vault does not open, or can't be read, is a finding of its own.
        guard let keeper, let entries = try? await keeper.vault.inspectAll() else { return [] }
        return entries.compactMap { app -> DoctorFinding? in
            guard app.kind == .app, let record = try? AppRecord(app), let present = entry(record.providerID),
                record.differs(from: present, at: app.path) == true
            else { return nil }
            return .warning(
                "description",
                "\(app.path) was added with a description of \(record.providerName) that is no longer the present one",
                fix: "see what differs, and confirm it: coffer app update \(app.path)")
        }
    }
}
