// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

import Foundation

/// Everything the emulated server remembers about clients, codes and tokens.
///
/// A pure value: the time and the new texts come in as arguments, so every rule can be read off one function.
struct Ledger: Sendable {
    /// What every code and token is tied to.
    struct Grant: Sendable, Hashable {
        let clientID: String
        let account: Account
        /// Several grants of one account live side by side, each with its own chain of tokens
        /// (https://www.amocrm.ru/developers/content/oauth/oauth).
        let number: Int
    }

    /// A code, an access token or a refresh token, spent or not.
    struct Entry: Sendable {
        let grant: Grant
        let expiresAt: Date
        /// Set when it was spent, replaced or withdrawn; an entry is never forgotten, so reuse is told from nonsense.
        var isRevoked = false
        /// The access token that was issued together with a refresh token.
        var partner: String?
    }

    let accounts: [Account]
    var integrations: [Integration]
    private var codes: [String: Entry] = [:]
    private var accessTokens: [String: Entry] = [:]
    private var refreshTokens: [String: Entry] = [:]
    private var grantCount = 0

    init(accounts: [Account], integrations: [Integration]) {
        self.accounts = accounts
        self.integrations = integrations
    }

    /// Registers a code that a person has just granted.
    mutating func grant(code: String, clientID: String, account: Account, expiresAt: Date) {
        grantCount += 1
        let grant = Grant(clientID: clientID, account: account, number: grantCount)
        codes[code] = Entry(grant: grant, expiresAt: expiresAt)
    }

    /// Checks a token request and spends what it offers.
    ///
    /// The client comes first, then the redirect URI, then the grant: a made-up code with the right secret answers 400
    /// with a hint, with the wrong one 401 without (observed).
    ///
    /// - Returns: the grant to issue a new pair for.
    mutating func redeem(_ request: TokenRequest, at account: Account, now: Date) throws(TokenRefusal) -> Grant {
        let integration = integrations.first { $0.clientID == request.clientID }
        guard let integration, integration.clientSecret == request.clientSecret else { throw .wrongClient }
        guard integration.redirectURI == request.redirectURI else { throw .redirectMismatch }
        switch request.offer {
        case .code(let code): return try spend(code: code, of: integration, at: account, now: now)
        case .refreshToken(let token): return try spend(refreshToken: token, of: integration, at: account, now: now)
        }
    }

    private mutating func spend(
        code: String, of integration: Integration, at account: Account, now: Date
    ) throws(TokenRefusal) -> Grant {
        guard let entry = codes[code] else { throw .codeUnreadable }
        guard entry.grant.clientID == integration.clientID else { throw .codeNotLinked }
        guard entry.grant.account == account else { throw .wrongAccount }
        guard !entry.isRevoked else { throw .codeRevoked }
        guard now < entry.expiresAt else { throw .codeExpired }
        codes[code]?.isRevoked = true
        return entry.grant
    }

    /// One use, no grace period.
    ///
    /// Both old tokens die before the new pair exists, as thephpleague/oauth2-server does it
    /// (`RefreshTokenGrant::respondToAccessTokenRequest`); that amoCRM does the same is assumed.
    private mutating func spend(
        refreshToken: String, of integration: Integration, at account: Account, now: Date
    ) throws(TokenRefusal) -> Grant {
        guard let entry = refreshTokens[refreshToken] else { throw .refreshTokenUnreadable }
        guard entry.grant.clientID == integration.clientID else { throw .refreshTokenNotLinked }
        guard entry.grant.account == account else { throw .wrongAccount }
        guard now < entry.expiresAt else { throw .refreshTokenExpired }
        guard !entry.isRevoked else { throw .refreshTokenRevoked }
        refreshTokens[refreshToken]?.isRevoked = true
        if let partner = entry.partner { accessTokens[partner]?.isRevoked = true }
        return entry.grant
    }

    /// Registers a pair that is about to be sent.
    mutating func issue(_ pair: IssuedPair, for grant: Grant, accessUntil: Date, refreshUntil: Date) {
        accessTokens[pair.accessToken] = Entry(grant: grant, expiresAt: accessUntil)
        refreshTokens[pair.refreshToken] = Entry(grant: grant, expiresAt: refreshUntil, partner: pair.accessToken)
    }

    /// The grant of an access token that is alive.
    func grant(accessToken: String, now: Date) -> Grant? {
        accessTokens[accessToken].flatMap { $0.isRevoked || now >= $0.expiresAt ? nil : $0.grant }
    }

    /// The grant of a refresh token that is alive; asking does not spend it.
    func grant(refreshToken: String, now: Date) -> Grant? {
        refreshTokens[refreshToken].flatMap { $0.isRevoked || now >= $0.expiresAt ? nil : $0.grant }
    }

    /// Puts a new secret in place of the old one, which is dead at once: one secret is shown in the integration's
    /// window and no second slot is mentioned.
    ///
    /// Codes and tokens survive: the order "first the secret, then the tokens" of
    /// https://www.amocrm.ru/developers/content/api/recommendations works only if they do. Both are assumed.
    ///
    /// - Returns: whether there is such an integration.
    mutating func replaceSecret(of clientID: String, with secret: String) -> Bool {
        guard let index = integrations.firstIndex(where: { $0.clientID == clientID }) else { return false }
        integrations[index].clientSecret = secret
        return true
    }

    /// What "Отозвать доступ" in the integration's window does to an account's grants
    /// (https://www.amocrm.ru/developers/content/oauth/step-by-step): every token of theirs dies.
    mutating func revokeGrants(of account: Account) {
        for token in accessTokens.keys where accessTokens[token]?.grant.account == account {
            accessTokens[token]?.isRevoked = true
        }
        for token in refreshTokens.keys where refreshTokens[token]?.grant.account == account {
            refreshTokens[token]?.isRevoked = true
        }
    }
}
