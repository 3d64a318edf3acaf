// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

import CofferCrypto
import CofferOAuth
import CofferVault
import Foundation

/// A connection out of a backup: nobody knows whether its refresh token was used since.
struct DoubtfulConnection {
    /// What no refresh is tried for.
    private static let beyondHelp: Set<GrantState> = [.needsReauthorization, .parked, .retired]

    private let pair: GrantPair
    private let vault: Vault
    private let now: Date

    init(_ pair: GrantPair, in vault: Vault, at now: Date) {
        self.pair = pair
        self.vault = vault
        self.now = now
    }

    /// How it comes back.
    enum Fate {
        /// As it was: it has no refresh token that could be spent, or only a person could help it anyway.
        case unchanged
        /// The rule for lost answers decides at its next refresh: presented once more at most, where that is allowed.
        case doubtful(ConnectionRecord)
        /// Its refresh token was used since; a person must connect it again.
        case spent(ConnectionRecord)
    }

    /// - Throws: ``VaultError`` where fingerprints can't be read.
    func fate() async throws -> Fate {
        var record = pair.connection
        guard let token = record.refreshToken, !record.usesClientCredentials, !Self.beyondHelp.contains(record.state)
        else {
            return .unchanged
        }
        if let known = try await vault.known(token, tier: .issue, at: pair.entry.path), known.isSpent {
            record.state = .needsReauthorization
            record.intent = nil
            record.intentEpoch = nil
            record.lastError = "its refresh token was used after the backup was made; connect the account again"
            return .spent(record)
        }
        let tag = try vault.tag(of: token, tier: .issue, at: pair.entry.path).bytes
        // An intent that was open when the backup was made keeps its count: no token is presented a third time.
        let attempt = record.intent.map { $0.tokenFingerprint == tag ? $0.attempt : 1 } ?? 1
        // No grace period of a provider's reaches back to when the token may have been presented.
        let since = record.lastRefreshAt ?? record.obtainedAt ?? Date(timeIntervalSince1970: 0)
        record.intent = RefreshIntent(
            tokenFingerprint: tag, attempt: attempt, startedAt: since, deadline: now.addingTimeInterval(-1))
        record.intentEpoch = pair.mintingEpoch
        record.intentSpillFolder = nil
        record.state = .indeterminate
        record.lastError = "restored from a backup; the next refresh shows whether it still works"
        // The access token may have ended with a refresh since. Where asking is allowed it is asked at the next use;
        // elsewhere it serves until it ends, which is better than nothing.
        let registration = pair.app.registration
        let habits = registration?.provider.refreshTokens
        if habits?.retryAfterLostAnswer == true || registration?.mayInquire == true || habits?.rotation == .never {
            record.expiresAt = min(record.expiresAt ?? now, now)
        }
        record.refreshAt = now
        return .doubtful(record)
    }
}
