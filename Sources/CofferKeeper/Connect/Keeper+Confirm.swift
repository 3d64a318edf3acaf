// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

import CofferCredentials
import CofferOAuth
import CofferVault
import Foundation

extension Keeper {
    /// Puts a confirmed account's pair in force.
    package func confirm(_ account: FoundAccount) async throws -> ConnectionView {
        let provider = try await registration(forConnecting: account.path).provider
        let (random, now) = (effects.random(), effects.now())
        let app = try await appRecord(above: account.path).record
        try await changeConnection(
            account.path, action: .connect, reason: "confirmed", tracing: \.tracedInForce
        ) {
            record in
            let isFirst = !record.wasConfirmed
            record.wasConfirmed = true
            guard account.waiting != nil else {
                if isFirst, record.state == .parked {
                    record.state = .active
                    record.lastError = nil
                }
                return isFirst
            }
            guard let pair = Self.take(account, from: &record) else {
                throw KeeperError(
                    .notFound, "the account found for \(account.path) waits no longer; connect it again",
                    path: account.path)
            }
            guard pair.mintedUnder >= app.clientEpoch else { throw Self.otherClient(of: account.path) }
            // Not even asked about with another client's id.
            let formerToken = record.mintedUnder < app.clientEpoch ? nil : record.refreshToken
            record.keepLeaked(under: app, at: now)
            Self.putInForce(pair, in: &record, provider, jitter: random)
            record.previousRefreshToken = formerToken
            return true
        }
        return ConnectionView(try await pair(account.path), now: now)
    }

    /// The pair of the account that the person was shown, and no other that may wait beside it.
    private static func take(_ account: FoundAccount, from record: inout ConnectionRecord) -> StrayPair? {
        guard let waiting = account.waiting else { return nil }
        return record.strays.lastIndex { $0.tokens.accessToken == waiting }.map { record.strays.remove(at: $0) }
    }

    private static func putInForce(
        _ pair: StrayPair, in record: inout ConnectionRecord, _ provider: ProviderDescription, jitter: Double
    ) {
        let tokens = pair.tokens
        record.refreshToken = tokens.refreshToken
        record.accessToken = tokens.accessToken
        record.tokenType = tokens.tokenType
        record.proofKey = tokens.proofKey
        // Another account's would prove nothing; the same account's stays.
        if tokens.accountID != record.accountID { record.applicationToken = nil }
        record.applicationToken = tokens.webhookToken ?? record.applicationToken
        record.expiresAt = tokens.expiresAt
        record.scope = tokens.scope
        record.obtainedAt = pair.obtainedAt
        record.endsAt = provider.lifetimes.end(ofGrantFrom: pair.obtainedAt)
        record.lastRefreshAt = nil
        record.refreshAt = RefreshWindows(
            obtainedAt: pair.obtainedAt, expiresAt: tokens.expiresAt, provider: provider
        ).refreshAt(jitter: jitter)
        if tokens.refreshToken == nil { record.refreshAt = nil }
        record.usesClientCredentials = false
        record.server = tokens.server
        record.accountHost = tokens.accountHost
        record.displayHost = tokens.accountHost
        record.accountID = tokens.accountID
        record.displayAccountID = tokens.accountID
        record.accountLabel = tokens.accountLabel
        record.tokenVersion += 1
        record.narrowed = []
        record.mintedUnder = pair.mintedUnder
        record.state = .active
        record.intent = nil
        record.intentEpoch = nil
        record.lastError = nil
        record.failureCount = 0
        record.coolDownUntil = nil
    }

    /// Drops an account that was not confirmed: what was there before stays as it was.
    package func discard(_ account: FoundAccount) async throws {
        if account.isNew {
            try await remove(account.path)
        } else {
            try await changeConnection(account.path, action: .connect, reason: "discarded") { record in
                Self.take(account, from: &record) != nil
            }
        }
    }
}
