// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

package import CofferCredentials
import CofferOAuth
package import CofferRotation
import CofferVault

extension Keeper {
    /// What a drill of an app has to know; writes nothing, not even an event.
    ///
    /// A rotation of the app that is open does not matter: a drill has nothing to do with it.
    ///
    /// - Parameters:
    ///   - app: The app.
    ///   - mode: Whether a leak is rehearsed.
    ///   - taint: What readers would get meanwhile; nil for the default.
    ///   - accessTokenLeaked: Whether an access token is said to have leaked too.
    ///   - connectionCount: How many connections; as many as the app has if absent.
    /// - Returns: what was found.
    /// - Throws: ``KeeperError`` `not_permitted`, `not_found`, `wrong_kind`, `usage` for an app that has no `client_secret`.
    package func drillSubject(
        of app: CredentialPath, mode: RotationMode, taint: TaintStrength?, accessTokenLeaked: Bool,
        connectionCount: Int? = nil
    ) async throws -> DrillSubject {
        let registration = try await rotatable(app).registration
        let plan = try await plannedRotation(
            of: app, registration, mode: mode, taint: taint, accessTokenLeaked: accessTokenLeaked)
        let played = RotationPlan(
            id: plan.id, app: app, mode: mode, taint: plan.taint, driver: plan.driver, overlaps: plan.overlaps,
            connections: try DrillSubject.connections(plan.connections, of: app, count: connectionCount),
            openedBy: plan.openedBy)
        return DrillSubject(
            played, registration, accessTokenLeaked: accessTokenLeaked,
            keepsTwo: try await driver(of: app).keepsTwo ?? false,
            unrefreshable: try await unrefreshableConnections(of: app))
    }

    /// Seals connections of a sandbox's accounts as if they had been connected long ago, in one transaction.
    ///
    /// For a drill's own vault: tokens of any real provider come by ``finishConnecting(_:with:)``.
    ///
    /// - Throws: ``KeeperError`` `usage` for an app whose provider is not on this machine alone.
    package func plant(_ grants: [DrillGrant], in app: CredentialPath) async throws {
        let (appEntry, registration) = try await rotatable(app)
        let domains = registration.provider.domains
        guard !domains.isEmpty, domains.allSatisfy({ $0.hasSuffix(".localhost") }) else {
            throw KeeperError(.usage, "\(app) is no app of a sandbox", path: app)
        }
        let epoch = try AppRecord(appEntry).secretEpoch
        let drafts = grants.map { grant in
            var record = ConnectionRecord()
            record.accessToken = grant.accessToken
            record.refreshToken = grant.refreshToken
            record.tokenType = "Bearer"
            record.expiresAt = grant.expiresAt
            // Due at the latest when it is over: what is due at no time is looked for by no watch.
            record.refreshAt = grant.expiresAt
            record.obtainedAt = effects.now()
            record.lastRefreshAt = effects.now()
            record.tokenVersion = 1
            record.mintedUnder = epoch
            record.accountID = grant.accountID
            record.displayAccountID = grant.accountID
            record.accountHost = grant.accountHost
            record.displayHost = grant.accountHost
            record.appID = appEntry.id
            return record.draft(at: grant.path, traced: record.tracedPair)
        }
        _ = try await vault.commit(
            WriteBatch(.connect, reason: because("a drill's accounts"), drafts: drafts, unchanged: [appEntry]))
    }
}
