// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

package import CofferCredentials
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
        let found = try await vault.inspect(path)
        if let found, found.kind == .secret {
            try requireIssuer(path)
            return (found, nil)
        }
        let app = try await rotatable(path, as: found)
        return (app.entry, app.registration)
    }

    /// Refuses a client id that goes with no new secret here, before anything is opened for it.
    ///
    /// - Throws: ``KeeperError`` `usage` for a static secret, and for an app whose secret a program replaces; what
    ///   ``replaceable(_:)`` throws.
    package func requireClientIDMayChange(of path: CredentialPath) async throws {
        guard let registration = try await replaceable(path).registration else { throw Self.noClientID(of: path) }
        let name = try driverName(of: path, registration)
        guard name == RotationPlan.operatorDriver else {
            throw KeeperError(
                .usage,
                "the client_secret of \(path) is replaced by \(name), which gives no other client id; leave --client-id out",
                path: path)
        }
    }

    static func noClientID(of path: CredentialPath) -> KeeperError {
        KeeperError(
            .usage, "\(path) is a static secret, and no client id goes with its value; leave --client-id out",
            path: path)
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
