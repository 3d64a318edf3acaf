// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

import CofferCredentials
import CofferOAuth
import CofferVault
package import Foundation

/// A connection as `coffer status` shows it; no secret in it.
package struct ConnectionView: Sendable, Equatable, Encodable {
    private enum CodingKeys: String, CodingKey {
        case path, provider, app, state, scope, version
        case accountID = "account_id"
        case accountURL = "account_url"
        case tokenType = "token_type"
        case expiresAt = "expires_at"
        case refreshAt = "refresh_at"
        case lastRefreshAt = "last_refresh_at"
        case lastError = "last_error"
        case grantEndsAt = "grant_ends_at"
        case webhookToken = "webhook_token"
        case server = "authorization_server"
    }

    /// The path.
    package let path: String
    /// The provider's id.
    package let provider: String
    /// The app's path.
    package let app: String
    /// The provider's id of the account.
    package let accountID: String?
    /// Where the account's API is.
    package let accountURL: String?
    /// One of the states of the contract.
    package let state: String
    /// How the token is presented.
    package let tokenType: String?
    /// What the token may be used for.
    package let scope: String?
    /// Counts token pairs.
    package let version: Int
    /// When the token expires.
    package let expiresAt: Date?
    /// When it refreshes next.
    package let refreshAt: Date?
    /// When it was refreshed last.
    package let lastRefreshAt: Date?
    /// What went wrong last.
    package let lastError: String?
    /// When the grant ends, however much it is used, where the provider has such an end.
    package let grantEndsAt: Date?
    /// The name of the token that the account's webhooks are checked with, where one is kept; an issuer sees it.
    package let webhookToken: String?
    /// The authorization server that the account's tokens come from, where it is the grant's own; an issuer sees it.
    package let server: String?

    init(_ pair: GrantPair, now: Date) {
        let connection = pair.connection
        path = pair.entry.path.description
        provider = pair.app.providerID
        app = pair.appEntry.path.description
        accountID = connection.displayAccountID
        accountURL = connection.displayHost.map { "https://\($0)" }
        state = Self.state(pair, now).rawValue
        tokenType = connection.tokenType
        scope = connection.scope
        version = Int(connection.tokenVersion)
        expiresAt = connection.expiresAt
        refreshAt = connection.refreshAt
        lastRefreshAt = connection.lastRefreshAt
        lastError = connection.lastError
        grantEndsAt = connection.endsAt
        server = connection.server.map { "https://\($0)" }
        webhookToken = connection.applicationToken.map { _ in SecretField.applicationToken.rawValue }
    }

    /// What is shown: an intent whose deadline has passed is indeterminate whatever was written, and a
    /// taint shows unless something worse does.
    private static func state(_ pair: GrantPair, _ now: Date) -> GrantState {
        if pair.belongsToAnotherApp { return .needsReauthorization }
        switch pair.connection.state {
        case .refreshing:
            if let intent = pair.connection.intent, intent.deadline < now { return .indeterminate }
            return .refreshing
        case .active: return pair.isTainted ? .tainted : .active
        case let state: return state
        }
    }
}
