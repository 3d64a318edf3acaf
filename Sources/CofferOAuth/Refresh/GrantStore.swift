// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

#if canImport(FoundationEssentials)
package import FoundationEssentials
#else
package import Foundation
#endif

/// Where grants are kept: all that refreshing needs of a vault, and nothing more.
///
/// A conformer guarantees: every method ends within a deadline of its own; a method that returns has
/// made its write durable; two processes see one order of writes. The store also enforces the one
/// rule that no caller may break, *a spent refresh token is never sent again*: `recordIntent`
/// throws `spent` for a token that was replaced, finally refused or set aside as spent.
package protocol GrantStore: Sendable {
    /// Reads a grant as it is now.
    ///
    /// - Throws: the store's own errors, `not_found` among them.
    func grant(_ id: GrantID) async throws -> GrantSnapshot

    /// Runs a body while holding the grant's lock, the one that is shared by all processes.
    ///
    /// The lock is let go when the body ends, however it ends.
    ///
    /// - Throws: `OAuthError` with code `lock_timeout` when it was not free within `wait`, or what `body` throws.
    func withLock<R: Sendable>(
        _ id: GrantID, wait: Duration, _ body: @Sendable () async throws -> R
    ) async throws -> R

    /// Whether the lock that a body runs under is held still: one that is kept by a database is lost with the connection to it.
    ///
    /// Asked behind the record of an intent and before its request. A loss before the record makes that superseded at the latest;
    /// one after the request is met by the intent's deadline, for which whoever has the lock then waits, and by the fence of the commit.
    func holdsLock(_ id: GrantID) async -> Bool

    /// Says to other processes that this one is about to refresh a grant, unless one of them has said so.
    ///
    /// Advice and no lock, from before the wait for a place to the end: it spares two processes a wait for one connection, with two
    /// places under the provider's limit. It ends with the process at the latest.
    ///
    /// - Returns: nil where another process has said so; where nothing can be said, a claim that says nothing.
    func claim(_ id: GrantID) async -> GrantClaim?

    /// Records, before a refresh token is presented, that it is about to be.
    ///
    /// Makes the token's fingerprint, sets the state to `refreshing`, replaces an intent that is
    /// there already (its repetition), and reserves the room that the commit will need. Evidence that the token is good although an
    /// earlier request with it got no answer is audited.
    ///
    /// - Returns: the grant with the intent, to be passed to `commit` or `settle`.
    /// - Throws: `OAuthError` with code `superseded` when the grant's or the app's revision is not
    ///   the snapshot's, `frozen` when the app is frozen, `spent` when the refresh token was spent.
    func recordIntent(
        attempt: Int, startedAt: Date, deadline: Date, narrowing: TokenNarrowing?, evidence: String?,
        for snapshot: GrantSnapshot
    ) async throws -> GrantSnapshot

    /// Writes, before the provider is asked what became of a refresh token, that it is about to be.
    ///
    /// The question carries the token and the client's proof, so that what forbids a token request forbids it, too. Nothing of the
    /// grant changes.
    ///
    /// - Throws: as ``recordIntent(attempt:startedAt:deadline:narrowing:evidence:for:)``.
    func beginInquiry(at date: Date, for snapshot: GrantSnapshot) async throws

    /// Writes, before its request is sent, that a narrower token is asked for without the refresh token.
    ///
    /// Nothing of the grant changes, so that no intent is needed: a lost answer loses a token that is asked for again.
    ///
    /// - Throws: as ``recordIntent(attempt:startedAt:deadline:narrowing:evidence:for:)``, without `spent`.
    func announce(_ narrowing: TokenNarrowing, at date: Date, for snapshot: GrantSnapshot) async throws

    /// Writes the tokens of an answer and clears the intent, in one transaction.
    ///
    /// Fenced on the grant's revision only: an app that changed or froze meanwhile is no reason to
    /// lose a pair. A store that cannot write (disk full) frees its reserve and tries again, then
    /// seals the pair to its spill folder, before it throws.
    ///
    /// - Returns: the grant as it is now.
    /// - Throws: `OAuthError` with code `superseded` when the grant's revision is not the
    ///   snapshot's; the caller reads again and calls again, so that the pair is never dropped.
    func commit(_ renewal: GrantRenewal, for snapshot: GrantSnapshot) async throws -> GrantSnapshot

    /// Writes how a refresh ended that brought no tokens.
    ///
    /// - Returns: the grant as it is now.
    /// - Throws: `OAuthError` with code `superseded` when the grant's revision is not the snapshot's.
    func settle(_ settlement: GrantSettlement, for snapshot: GrantSnapshot) async throws -> GrantSnapshot
}

extension GrantStore {
    package func holdsLock(_ id: GrantID) async -> Bool { true }
}
