// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

import CofferCredentials
import CofferOAuth
import CofferRotation
import CofferVault
import Foundation

extension GrantState {
    /// The state as it is stored: a taint is not written but told from the epochs of app and connection, so that one
    /// write taints every connection of an app at once.
    var withoutTaint: GrantState { self == .tainted ? .active : self }
}

/// A connection and its app, read from one state of the vault.
struct GrantPair: Sendable {
    let entry: Entry
    let appEntry: Entry
    let connection: ConnectionRecord
    let app: AppRecord

    /// Joins them to be looked at.
    init(showing entry: Entry, appEntry: Entry) throws {
        self.entry = entry
        self.appEntry = appEntry
        connection = try ConnectionRecord(entry)
        app = try AppRecord(appEntry)
    }

    /// Joins them to be used.
    init(entry: Entry, appEntry: Entry) throws {
        try self.init(showing: entry, appEntry: appEntry)
        guard !belongsToAnotherApp else {
            throw KeeperError(
                .needsReauthorization,
                "the app of \(entry.path) was removed and added again; connect the account again", path: entry.path)
        }
    }

    /// What must still stand when something of them is let out.
    var fences: [EntryFence] { [EntryFence(entry), EntryFence(appEntry)] }

    /// Whether the app at the path is not the one the account was connected to.
    var belongsToAnotherApp: Bool { connection.appID.map { $0 != appEntry.id } ?? false }

    /// Whether the app was another client when the grant was made: its refresh token means nothing to the present one.
    var isOfFormerClient: Bool {
        !connection.usesClientCredentials && app.isOfFormerClient(mintedUnder: connection.mintedUnder)
    }

    /// Whether the client that the grant is of is still there, so that it refreshes as ever.
    var hasFormerClient: Bool { isOfFormerClient && app.keepsClient(mintedUnder: connection.mintedUnder) }

    /// Whether nothing but a login makes it work again, as its client is gone.
    var isStranded: Bool { isOfFormerClient && !hasFormerClient }

    /// The secret epoch of what is minted for the grant now: that of its own client, whose secret may be younger than the tokens
    /// and free of what tainted them.
    var mintingEpoch: Int64 {
        hasFormerClient ? max(connection.mintedUnder, app.retiredSecretEpoch) : app.secretEpoch
    }

    /// What the authorization server is told.
    var registration: ClientRegistration {
        get throws {
            guard let registration = app.registration else {
                throw KeeperError(
                    .needsIssuer, "\(entry.path) needs a refresh, and this identity may only read", path: entry.path)
            }
            var own = registration
            if hasFormerClient, let formerID = app.retiredClientID {
                own.clientID = formerID
                own.clientSecret = app.retiredSecret
            }
            own.server = connection.server
            if let pem = connection.proofKey {
                guard let key = try? SigningKey(pem: pem) else { throw VaultError.damaged }
                own.proofKey = key
            }
            return own
        }
    }

    /// Whether the present pair was minted under a secret that is known to have leaked.
    var isTainted: Bool { app.taints(mintedUnder: connection.mintedUnder) }

    /// Whether the present token is handed to nobody.
    var isHeld: Bool { isTainted && app.taintStrength == .hold }

    /// Whether it gets no new tokens yet, from anybody: a refresh would end its taint before the leaked secret is out of the way.
    ///
    /// What is served meanwhile is refreshed as ever.
    var isBarred: Bool { isHeld && app.isBarred }

    /// Narrower tokens of the present pair; one that was issued under a leaked secret is asked for anew once there is
    /// another secret to ask with.
    var servableNarrowed: [NarrowedToken] {
        let hasNewSecret = app.secretEpoch >= app.taintEpoch
        return connection.presentNarrowed.filter { !hasNewSecret || !app.taints(mintedUnder: $0.mintedUnder) }
            .map(\.token)
    }

    /// Those for one narrowing, the last to come last.
    func narrowed(to narrowing: TokenNarrowing) -> [NarrowedToken] {
        servableNarrowed.filter { $0.narrowing == narrowing && $0.accessToken != nil }
    }

    /// What tells this account from others where a rate limit is the account's, as the refresher has it.
    var pacedAccount: String { connection.accountHost ?? connection.accountID ?? entry.id.description }

    /// What the refresher sees.
    var snapshot: GrantSnapshot {
        get throws {
            GrantSnapshot(
                id: GrantID(entry.id.description), path: entry.path, version: Int(connection.tokenVersion),
                revision: Int(entry.version), appRevision: Int(appEntry.version), registration: try registration,
                accountHost: connection.accountHost, accountID: connection.accountID, state: connection.state,
                accessToken: connection.accessToken, refreshToken: connection.refreshToken,
                tokenType: connection.tokenType, scope: connection.scope, obtainedAt: connection.obtainedAt,
                expiresAt: connection.expiresAt, refreshAt: connection.refreshAt,
                lastRefreshAt: connection.lastRefreshAt, intent: connection.intent, isFrozen: app.frozenBy != nil,
                isHeld: isHeld, isTainted: isTainted, failureCount: Int(connection.failureCount),
                coolDownUntil: connection.coolDownUntil, usesClientCredentials: connection.usesClientCredentials,
                lastError: connection.lastError, narrowed: servableNarrowed, endsAt: connection.endsAt,
                isStranded: isStranded, isBarred: isBarred)
        }
    }

    /// Compares the fences.
    ///
    /// - Throws: ``OAuthError`` `superseded`.
    func require(_ snapshot: GrantSnapshot, alsoApp: Bool) throws {
        guard Int(entry.version) == snapshot.revision, !alsoApp || Int(appEntry.version) == snapshot.appRevision else {
            throw OAuthError(.superseded, "\(entry.path) was changed by another process")
        }
    }
}
