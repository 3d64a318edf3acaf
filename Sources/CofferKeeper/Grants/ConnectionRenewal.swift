// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

import CofferCredentials
import CofferOAuth
import CofferVault
import Foundation

/// How an answer with tokens changes a connection: pure, so that it can be looked at case by case.
struct ConnectionRenewal {
    private let renewal: GrantRenewal
    private let presented: Secret?
    private let appRevision: Int

    /// Takes what the refresher decided, the refresh token that was presented, and the app's version whose secret was.
    init(_ renewal: GrantRenewal, presented: Secret?, appRevision: Int) {
        self.renewal = renewal
        self.presented = presented
        self.appRevision = appRevision
    }

    /// The record after the answer, and the secrets whose fingerprints change.
    func applied(to pair: GrantPair) -> (ConnectionRecord, [TracedSecret]) {
        var record = pair.connection
        var traced: [TracedSecret] = []
        // The secret in force when the token was asked for decides, not the one in force now. Where no intent tells
        // it (client credentials) and the app has changed since, the pair counts as no better than the one before.
        let isSameApp = appRevision == Int(pair.appEntry.version)
        let unintended = isSameApp ? pair.mintingEpoch : record.mintedUnder
        let epoch = record.intentEpoch ?? unintended
        let isAside = renewal.placement == .aside
        switch renewal.placement {
        case .current: replacePair(of: &record, in: pair, epoch: epoch)
        case .alone, .narrowed:
            replaceRefreshToken(of: &record)
            record.lastRefreshAt = renewal.obtainedAt
            if case .narrowed(let token) = renewal.placement { record.keep(token, mintedUnder: epoch) }
        case .beside(let token): record.keep(token, mintedUnder: unintended)
        case .aside:
            record.strays.append(
                StrayPair(tokens: renewal.tokens, obtainedAt: renewal.obtainedAt, mintedUnder: epoch))
        }
        if let value = renewal.narrowedToken?.accessToken {
            traced.append(TracedSecret(value, tier: .use, field: ConnectionRecord.Tag.narrowed))
        }
        if let token = renewal.tokens.refreshToken {
            let field = isAside ? ConnectionRecord.Tag.stray : ConnectionRecord.Tag.refreshToken
            traced.append(TracedSecret(token, tier: .issue, field: field))
        }
        if let token = renewal.tokens.accessToken {
            let field = isAside ? ConnectionRecord.Tag.stray : ConnectionRecord.Tag.accessToken
            traced.append(TracedSecret(token, tier: .use, field: field))
        }
        // A server that gave the same token back did not spend it, whatever the description says.
        if renewal.spendsPresentToken, let presented, presented != renewal.tokens.refreshToken {
            traced.append(
                TracedSecret(presented, tier: .issue, field: ConnectionRecord.Tag.refreshToken, change: .spent))
        }
        if !renewal.leavesIntent {
            record.intent = nil
            record.intentEpoch = nil
        }
        record.state = renewal.state.withoutTaint
        record.failureCount = Int64(renewal.failureCount)
        record.coolDownUntil = renewal.coolDownUntil
        record.lastError = renewal.lastError
        if renewal.failureCount == 0 { record.parkUnlessConfirmed() }
        return (record, traced)
    }

    private func replaceRefreshToken(of record: inout ConnectionRecord) {
        guard let token = renewal.tokens.refreshToken, token != record.refreshToken else { return }
        record.previousRefreshToken = record.refreshToken
        record.refreshToken = token
    }

    private func replacePair(of record: inout ConnectionRecord, in pair: GrantPair, epoch: Int64) {
        let tokens = renewal.tokens
        replaceRefreshToken(of: &record)
        // Where a refresh replaces the pair, the access token from before may be dead although none came with the new
        // refresh token (thephpleague/oauth2-server revokes both first): none is better than a dead one, unless the
        // description says that the old one lives on.
        let survives = pair.app.registration?.provider.refreshTokens.accessSurvivesRefresh == true
        let isReplaced = renewal.spendsPresentToken && tokens.refreshToken != nil && !survives
        if tokens.accessToken != nil || isReplaced {
            record.keepLeaked(under: pair.app, at: renewal.obtainedAt)
            record.accessToken = tokens.accessToken
            record.expiresAt = tokens.accessToken == nil ? nil : tokens.expiresAt
        }
        if tokens.accessToken != nil {
            record.tokenType = tokens.tokenType ?? record.tokenType
            record.obtainedAt = renewal.obtainedAt
            record.tokenVersion += 1
            record.mintedUnder = epoch
            record.narrowed = []
        }
        record.lastRefreshAt = renewal.obtainedAt
        record.refreshAt = renewal.refreshAt
        record.scope = tokens.scope ?? record.scope
        record.accountID = record.accountID ?? tokens.accountID
        record.displayAccountID = record.accountID
        record.accountLabel = tokens.accountLabel ?? record.accountLabel
        record.server = tokens.server ?? record.server
        if let host = tokens.accountHost {
            record.accountHost = host
            record.displayHost = host
        }
    }
}
