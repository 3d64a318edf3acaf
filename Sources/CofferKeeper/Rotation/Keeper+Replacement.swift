// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

import CofferCredentials
import CofferDrivers
import CofferOAuth
import CofferRotation
import CofferVault

extension Keeper {
    /// What a rotation can be opened of: an app that has a `client_secret`, or a static secret, which has no registration.
    ///
    /// - Throws: ``KeeperError`` `not_permitted`, `not_found`, `wrong_kind`, `usage` for an app that has none.
    func replaceable(
        _ path: CredentialPath
    ) async throws -> (entry: Entry, registration: ClientRegistration?) {
        if let entry = try await vault.inspect(path), entry.kind == .secret {
            try requireIssuer(path)
            return (entry, nil)
        }
        let app = try await rotatable(path)
        return (app.entry, app.registration)
    }

    /// What replacing a static secret that is begun now would do; writes nothing.
    ///
    /// A person does it, unless this machine has a program for it: Coffer knows nothing of where a value comes from. Where nothing
    /// leaked and a person does it, the old value stays in force until the new one is, and is ended last; after a leak a person
    /// does both in one go.
    ///
    /// - Throws: ``KeeperError`` `usage` where an access token is said to have leaked: there is none; what
    ///   ``setting(ofValue:)`` throws.
    func plannedReplacement(
        of path: CredentialPath, mode: RotationMode, taint: TaintStrength?, accessTokenLeaked: Bool
    ) throws -> RotationPlan {
        guard !accessTokenLeaked else {
            throw KeeperError(.usage, "\(path) is a static secret, which has no access tokens", path: path)
        }
        let program = try setting(ofValue: path)
        let strength = TaintStrength.byDefault(startsWithOperator: program == nil, accessTokenLeaked: false)
        return RotationPlan(
            id: RotationID(random: UInt64.random(in: .min ... .max)), app: path, subject: .value, mode: mode,
            taint: mode == .leak ? taint ?? strength : nil,
            driver: program == nil ? RotationPlan.operatorDriver : DriverTable.command,
            overlaps: program?.keepsTwo ?? (mode == .planned), connections: [], openedBy: vault.ownName)
    }
}
