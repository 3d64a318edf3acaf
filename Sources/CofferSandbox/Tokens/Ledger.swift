// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

import Foundation

/// Everything the emulated server remembers about accounts, clients, codes and tokens.
///
/// A pure value: the time and the new texts come in as arguments, so every rule can be read off one function. Which of
/// its findings is which refusal is the provider's business.
struct Ledger: Sendable {
    /// What every code and token is tied to.
    struct Grant: Sendable, Hashable {
        let clientID: String
        /// The account's number; 0 for a client's own tokens.
        let accountID: Int
        /// Several grants of one account live side by side, each with its own chain of tokens
        /// (https://www.amocrm.ru/developers/content/oauth/oauth).
        let number: Int
    }

    /// A code, an access token or a refresh token, spent or not.
    struct Entry: Sendable {
        let grant: Grant
        let conditions: Conditions
        let expiresAt: Date
        /// Set when it was spent, replaced or withdrawn; an entry is never forgotten, so reuse is told from nonsense.
        fileprivate(set) var isRevoked = false
        /// Until when a spent refresh token still returns what it was spent for.
        fileprivate(set) var graceUntil: Date?
        /// The tokens that this one was issued with.
        fileprivate(set) var pair: IssuedPair?
        /// The tokens that a refresh token was exchanged for.
        fileprivate(set) var successor: IssuedPair?
        /// The refresh token that goes when this one is used first.
        fileprivate(set) var predecessor: String?

        /// Whether its time is over.
        func isExpired(_ now: Date) -> Bool { now >= expiresAt }

        /// Whether it is spent or withdrawn, and no grace period spares it.
        func isDead(_ now: Date) -> Bool { isRevoked && graceUntil.map { now >= $0 } ?? true }
    }

    /// The accounts; their names may change, their numbers don't.
    private(set) var accounts: [Account]
    /// Where each account stands among them, by its number: ten thousand of them are looked up with each request of a drill.
    private var places: [Int: Int]
    /// The same by its present name.
    private var namedPlaces: [String: Int]
    /// The clients with their present secrets.
    var integrations: [Integration]
    /// The ids of clients that were deleted.
    private(set) var formerClientIDs: Set<String> = []
    private(set) var codes: [String: Entry] = [:]
    private(set) var accessTokens: [String: Entry] = [:]
    private(set) var refreshTokens: [String: Entry] = [:]
    private var grantCount = 0
    /// The names that accounts had, and whose they were.
    private var formerNames: [String: Int] = [:]

    init(accounts: [Account], integrations: [Integration]) {
        self.accounts = accounts
        self.integrations = integrations
        let all = accounts.enumerated()
        places = Dictionary(all.map { ($0.element.id, $0.offset) }, uniquingKeysWith: { first, _ in first })
        namedPlaces = Dictionary(all.map { ($0.element.name, $0.offset) }, uniquingKeysWith: { first, _ in first })
    }

    /// The account of a number.
    func account(_ id: Int) -> Account? { places[id].map { accounts[$0] } }

    /// The account of a present name.
    func account(named name: String) -> Account? { namedPlaces[name].map { accounts[$0] } }

    /// The account of a grant.
    func account(of grant: Grant) -> Account? { account(grant.accountID) }

    /// The account that had a name until it was renamed.
    func account(formerly name: String) -> Account? { formerNames[name].flatMap { account($0) } }

    /// The integration of a client id.
    func integration(_ clientID: String?) -> Integration? { integrations.first { $0.clientID == clientID } }

    /// The grant of an access token that is alive.
    func grant(accessToken: String, now: Date) -> Grant? {
        accessTokens[accessToken].flatMap { $0.isDead(now) || $0.isExpired(now) ? nil : $0.grant }
    }

    /// The grant of a refresh token that is alive; asking does not spend it.
    func grant(refreshToken: String, now: Date) -> Grant? {
        refreshTokens[refreshToken].flatMap { $0.isDead(now) || $0.isExpired(now) ? nil : $0.grant }
    }

    /// The account that a code or token of any kind and state belongs to.
    func account(ofAny token: String) -> Account? {
        (refreshTokens[token] ?? accessTokens[token] ?? codes[token]).flatMap { account(of: $0.grant) }
    }

    /// Opens a grant.
    mutating func newGrant(clientID: String, account: Account?) -> Grant {
        grantCount += 1
        return Grant(clientID: clientID, accountID: account?.id ?? 0, number: grantCount)
    }

    /// Registers a code that a person has just granted.
    mutating func grant(
        code: String, clientID: String, account: Account, expiresAt: Date, conditions: Conditions = Conditions()
    ) {
        let grant = newGrant(clientID: clientID, account: account)
        codes[code] = Entry(grant: grant, conditions: conditions, expiresAt: expiresAt)
    }

    /// Spends a code: one use.
    mutating func spend(code: String) { codes[code]?.isRevoked = true }

    /// Registers a pair that is about to be sent.
    mutating func issue(
        _ pair: IssuedPair, for grant: Grant, conditions: Conditions = Conditions(),
        accessConditions: Conditions? = nil, after predecessor: String? = nil
    ) {
        accessTokens[pair.accessToken] = Entry(
            grant: grant, conditions: accessConditions ?? conditions, expiresAt: pair.accessUntil, pair: pair,
            predecessor: predecessor)
        guard !pair.refreshToken.isEmpty else { return }
        refreshTokens[pair.refreshToken] = Entry(
            grant: grant, conditions: conditions, expiresAt: pair.refreshUntil, pair: pair, predecessor: predecessor)
    }

    /// Exchanges a refresh token that the provider has found good.
    ///
    /// One use unless the terms say otherwise. Both old tokens die before the new pair exists, as
    /// thephpleague/oauth2-server does it (`RefreshTokenGrant::respondToAccessTokenRequest`).
    ///
    /// - Parameters:
    ///   - refreshToken: what is exchanged.
    ///   - terms: what a fault has changed.
    ///   - accessConditions: what the new access token is bound to, if that is less than its grant.
    ///   - make: makes the new pair.
    /// - Returns: the pair to send, which may be one that was sent before; `nil` if the token is none.
    mutating func renew(
        _ refreshToken: String, _ terms: Terms, accessConditions: Conditions? = nil, _ make: (Grant) -> IssuedPair
    ) -> IssuedPair? {
        guard let entry = refreshTokens[refreshToken] else { return nil }
        if entry.isRevoked { return entry.successor }
        if terms.repeatsTokens { return entry.pair }
        noteUse(ofRefreshToken: refreshToken)
        let pair = make(entry.grant)
        if let unused = entry.successor { revoke(unused) }
        refreshTokens[refreshToken]?.successor = pair
        let isKept = terms.keepsOldUntilNewIsUsed
        issue(
            pair, for: entry.grant, conditions: entry.conditions, accessConditions: accessConditions,
            after: isKept ? refreshToken : nil)
        guard !isKept else { return pair }
        refreshTokens[refreshToken]?.graceUntil = terms.grace.map { terms.now.adding($0) }
        revoke(refreshToken: refreshToken)
        return pair
    }

    /// Notes that an access token was used: what it took the place of dies now, if it was kept so long.
    mutating func noteUse(ofAccessToken token: String) {
        guard let old = accessTokens[token]?.predecessor else { return }
        accessTokens[token]?.predecessor = nil
        revoke(refreshToken: old)
    }

    private mutating func noteUse(ofRefreshToken token: String) {
        guard let old = refreshTokens[token]?.predecessor else { return }
        refreshTokens[token]?.predecessor = nil
        revoke(refreshToken: old)
    }

    /// Ends a refresh token and the access token that was issued with it.
    mutating func revoke(refreshToken: String) {
        refreshTokens[refreshToken]?.isRevoked = true
        if let pair = refreshTokens[refreshToken]?.pair { accessTokens[pair.accessToken]?.isRevoked = true }
    }

    /// Ends an access token alone.
    mutating func revoke(accessToken: String) { accessTokens[accessToken]?.isRevoked = true }

    private mutating func revoke(_ pair: IssuedPair) {
        accessTokens[pair.accessToken]?.isRevoked = true
        refreshTokens[pair.refreshToken]?.isRevoked = true
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

    /// Adds a client once more, behind the one that it was made after.
    ///
    /// - Returns: whether there is such a one.
    mutating func add(_ new: Integration, after clientID: String) -> Bool {
        guard let index = integrations.firstIndex(where: { $0.clientID == clientID }) else { return false }
        integrations.insert(new, at: index + 1)
        return true
    }

    /// Deletes a client, and with it every grant and code of its.
    ///
    /// - Returns: whether there was such a one; the last one stays.
    mutating func delete(_ clientID: String) -> Bool {
        guard integrations.count > 1, let index = integrations.firstIndex(where: { $0.clientID == clientID }) else {
            return false
        }
        integrations.remove(at: index)
        formerClientIDs.insert(clientID)
        for code in codes.keys where codes[code]?.grant.clientID == clientID { codes[code]?.isRevoked = true }
        revokeGrants { $0.clientID == clientID }
        return true
    }

    /// Gives an account another name, and so another host; its number stays.
    mutating func rename(_ account: Account, to name: String) {
        guard let index = places[account.id] else { return }
        formerNames[accounts[index].name] = account.id
        namedPlaces[accounts[index].name] = nil
        accounts[index].name = name
        namedPlaces[name] = index
    }

    /// What "Отозвать доступ" in the integration's window does to an account's grants
    /// (https://www.amocrm.ru/developers/content/oauth/step-by-step): every token of theirs dies.
    mutating func revokeGrants(of account: Account) { revokeGrants { $0.accountID == account.id } }

    /// Ends every token of some grants, for good.
    mutating func revokeGrants(where isMeant: (Grant) -> Bool) {
        for token in accessTokens.keys where accessTokens[token].map({ isMeant($0.grant) }) == true {
            accessTokens[token]?.isRevoked = true
        }
        for token in refreshTokens.keys where refreshTokens[token].map({ isMeant($0.grant) }) == true {
            refreshTokens[token]?.isRevoked = true
            refreshTokens[token]?.graceUntil = nil
        }
    }
}
