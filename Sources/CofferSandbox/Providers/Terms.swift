// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

import Foundation

/// On which terms one request is processed: the provider's own, unless a fault has changed them.
///
/// A provider asks here whenever it issues or states something, and so all of them play the same tricks.
struct Terms: Sendable {
    /// The time by which codes and tokens are judged.
    let now: Date
    /// The time that answers state: claims, `server_time`, `expires`.
    let statedNow: Date
    /// How long what is issued lives.
    let lifetimes: TokenLifetimes
    /// For how long the refresh token that is spent still returns what it was spent for.
    let grace: Duration?
    /// Whether the old tokens stay good until one of the new ones is used.
    let keepsOldUntilNewIsUsed: Bool
    /// Whether a refresh returns the tokens that are there already.
    let repeatsTokens: Bool
    /// Whether hosts in the answer are ones that no resolver knows.
    private let namesUnresolvableHosts: Bool
    private let origin: Origin

    /// The terms of a request that met these faults.
    init(_ faults: [Fault], now: Date, lifetimes: TokenLifetimes, origin: Origin) {
        func fault(_ kind: FaultKind) -> Fault? { faults.first { $0.kind == kind } }
        self.now = now
        self.origin = origin
        statedNow = fault(.clockSkew).map { now.adding(.seconds($0.seconds)) } ?? now
        var lifetimes = lifetimes
        if fault(.expiredOnArrival) != nil { lifetimes.accessToken = .zero }
        self.lifetimes = lifetimes
        grace = fault(.graceWindow).map { .seconds($0.seconds) }
        keepsOldUntilNewIsUsed = fault(.oldTokenUntilNewIsUsed) != nil
        repeatsTokens = fault(.sameTokenAgain) != nil
        namesUnresolvableHosts = fault(.unresolvableHost) != nil
    }

    /// The host of an account with its port, as the answer names it.
    func host(of account: Account) -> String { named(origin.host(of: account)) }

    /// The shard's host with its port, as the answer names it.
    var shard: String { named(origin.shard) }

    /// Names under `.invalid` are known to no resolver (RFC 6761 §6.4).
    private func named(_ host: String) -> String {
        guard namesUnresolvableHosts else { return host }
        return "\(host.prefix { $0 != "." }).\(origin.label).invalid"
    }
}
