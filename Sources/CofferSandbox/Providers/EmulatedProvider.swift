// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

/// The rules of one provider: its names, the shapes of its ids and secrets, and how it answers.
///
/// All else is the same for all of them and lives in ``SandboxService``: what is remembered, faults, limits and the log.
protocol EmulatedProvider: Sendable {
    /// Which provider it is.
    var kind: SandboxProvider { get }
    /// The label of the base host: `kommo` of `kommo.localhost`.
    var label: String { get }
    /// The labels under the base host that lead to the base as well, as `www`; no account may have them.
    var baseLabels: [String] { get }
    /// The label of a shard of the API that is no account's, if there is one.
    var shardLabel: String? { get }
    /// A new client id, in the shape of the vendor's.
    func newClientID() -> String
    /// A new client secret, in the shape of the vendor's.
    func newClientSecret() -> String
    /// Which part of the provider a path belongs to; `nil` for none.
    func endpoint(of path: String) -> Endpoint?
    /// Where a person's browser is sent to grant access, without the query; for one account where accounts have hosts
    /// of their own and it is asked there.
    func authorizationURL(_ origin: Origin, account: Account) -> String
    /// Whether each account has a host of its own.
    var hasAccountHosts: Bool { get }
    /// Whether a client's new secret ends all that was granted to it.
    var newSecretEndsGrants: Bool { get }
    /// Whether a person deletes a client and adds it anew to get another secret, with another id.
    var addsAnew: Bool { get }
    /// What the provider calls an account: the id that clients compare.
    func accountID(of account: Account) -> String
    /// A pair that nobody has yet, as an answer of the token endpoint would hold.
    func newPair(for grant: Ledger.Grant, _ terms: Terms, in service: SandboxService) -> IssuedPair
    /// What the provider's limit counts a request under; `nil` if the limit does not concern it.
    func limitedParty(of request: ParsedRequest, in service: SandboxService) -> String?
    /// The answer above the limit.
    var limitedReply: Reply { get }
    /// The answer to whoever went on above it.
    var blockedReply: Reply { get }
    /// Answers a request as the vendor would.
    func answer(_ request: ParsedRequest, _ terms: Terms, in service: SandboxService) -> Reply
}

extension EmulatedProvider {
    /// It does not.
    var newSecretEndsGrants: Bool { false }

    /// A secret can be had alone.
    var addsAnew: Bool { false }

    /// Its number.
    func accountID(of account: Account) -> String { String(account.id) }

    /// A page as nginx writes it by itself, as amoCRM's is.
    var limitedReply: Reply { .tooManyRequests() }

    /// A page of the front server.
    var blockedReply: Reply { .blocked() }
}
