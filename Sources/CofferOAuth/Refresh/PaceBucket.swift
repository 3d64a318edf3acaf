// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

/// What requests that share a rate limit are taken from.
///
/// Two are the same if their names are. No figure of the limit is in a name: an app keeps the description that it was added
/// with, and readers and other versions of Coffer go by another, of the same limit. In the one bucket the strictest figures hold.
package struct PaceBucket: Sendable, Hashable {
    /// What a description states a limit for.
    enum Use: String {
        /// Token requests, and what else goes to the authorization server.
        case tokens
        /// Calls of an account's API.
        case api
        /// Both: the description states the same for them.
        case all
    }

    /// Who shares it, and what tells it from their other limits: a list of names, none of them secret.
    package let name: [String]
    /// The limit; nil where the provider states none, and then only its refusals count.
    package let limit: RateLimit?
    /// Whether only one account's requests are taken from it.
    package let isOneAccounts: Bool

    /// Puts a bucket together.
    package init(name: [String], limit: RateLimit?, isOneAccounts: Bool = false) {
        self.name = name
        self.limit = limit
        self.isOneAccounts = isOneAccounts
    }

    /// The bucket of a client's requests for an account.
    ///
    /// Who shares a limit, the description says; where it does not, all of a provider's requests do, which is the
    /// strictest reading. Equal limits are one limit: where the description states the same one for tokens and for the
    /// API, as amoCRM's seven a second for everything, both are counted together.
    ///
    /// - Parameters:
    ///   - limit: the limit; nil where the provider states none.
    ///   - use: what it is stated for.
    ///   - providerID: the provider.
    ///   - clientID: the client.
    ///   - account: what tells this account from others of the app, where the limit is the account's; nil while nobody knows
    ///     whose request it is, as in a login: then such a limit holds nobody back, and only refusals count.
    init(_ limit: RateLimit?, for use: Use, providerID: String, clientID: String, account: String?) {
        let sharers =
            switch limit?.scope ?? .sourceAddress {
            case .sourceAddress: [providerID]
            case .app: [providerID, clientID]
            case .account: [providerID, "", account ?? ""]
            case .appAndAccount: [providerID, clientID, account ?? ""]
            }
        let isOneAccounts = account != nil && limit?.isAccounts == true
        // What is each account's own would be shared by all who log in at once, and a device's polls would use it up.
        let applied = account == nil && limit?.isAccounts == true ? nil : limit
        let scale = applied.map { Self.scale(of: $0.interval) } ?? "unstated"
        self.init(name: sharers + [use.rawValue, scale], limit: applied, isOneAccounts: isOneAccounts)
    }

    /// The bucket of a client's token requests for an account, by its registration.
    package init(_ limit: RateLimit?, _ registration: ClientRegistration, account: String?) {
        let provider = registration.provider
        let isAPIs = limit.map { provider.apiRateLimits?.contains($0) == true } ?? false
        self.init(
            limit, for: isAPIs ? .all : .tokens, providerID: provider.id, clientID: registration.clientID,
            account: account)
    }

    package static func == (left: PaceBucket, right: PaceBucket) -> Bool { left.name == right.name }

    package func hash(into hasher: inout Hasher) { hasher.combine(name) }

    /// This and another of the same name as one that keeps both: the slower pace, and the smaller bucket.
    func joined(with other: PaceBucket) -> PaceBucket {
        guard let limit, let theirs = other.limit else { return self }
        var slower = RequestPace(theirs).step > RequestPace(limit).step ? theirs : limit
        slower.burst = min(limit.burst, theirs.burst)
        return PaceBucket(name: name, limit: slower, isOneAccounts: isOneAccounts)
    }

    /// Which power of two, in seconds, an interval is closest to.
    ///
    /// That tells a limit for a second from one for a minute or a day, and not 1.03 s from 1.04 s. A round number of seconds,
    /// minutes or hours is never at the border between two.
    static func scale(of interval: Duration) -> String {
        let seconds = interval / .seconds(1)
        guard seconds > 0 else { return "0" }
        return "\(Int(seconds.exponent) + (seconds.significand < 2.0.squareRoot() ? 0 : 1))"
    }
}
