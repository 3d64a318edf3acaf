// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

import CofferCredentials
import CofferOAuth
import CofferVault
import Foundation

extension ConnectionRecord {
    /// The use tier's fields.
    var useFields: FieldTable {
        var fields = FieldTable()
        fields[Tag.accessToken] = accessToken
        fields.set(Tag.tokenType, text: tokenType)
        fields.set(Tag.expiresAt, date: expiresAt)
        fields.set(Tag.scope, text: scope)
        fields.set(Tag.displayHost, text: displayHost)
        fields.set(Tag.displayAccountID, text: displayAccountID)
        fields.set(Tag.accountLabel, text: accountLabel)
        fields.set(Tag.tokenVersion, integer: tokenVersion)
        fields.set(Tag.obtainedAt, date: obtainedAt)
        fields.set(Tag.refreshAt, date: refreshAt)
        fields.set(Tag.lastRefreshAt, date: lastRefreshAt)
        fields.set(Tag.state, text: state.rawValue)
        fields.set(Tag.lastError, text: lastError)
        fields.set(Tag.mintedUnder, integer: mintedUnder)
        fields.set(Tag.failureCount, integer: failureCount)
        fields.set(Tag.coolDownUntil, date: coolDownUntil)
        fields[Tag.narrowed] = narrowed.isEmpty ? nil : KeptNarrowing.encode(narrowed)
        fields[Tag.proofKey] = proofKey
        fields.set(Tag.endsAt, date: endsAt)
        return fields
    }

    /// The issue tier's fields.
    var issueFields: FieldTable {
        var fields = FieldTable()
        fields[Tag.refreshToken] = refreshToken
        fields[Tag.previousRefreshToken] = previousRefreshToken
        fields.set(Tag.intentFingerprint, bytes: intent?.tokenFingerprint)
        fields.set(Tag.intentAttempt, integer: intent.map { Int64($0.attempt) })
        fields.set(Tag.intentStartedAt, date: intent?.startedAt)
        fields.set(Tag.intentDeadline, date: intent?.deadline)
        fields.set(Tag.intentEpoch, integer: intentEpoch)
        fields.set(Tag.accountHost, text: accountHost)
        fields.set(Tag.accountID, text: accountID)
        fields.set(Tag.usesClientCredentials, integer: usesClientCredentials ? 1 : 0)
        fields[Tag.stray] = strays.isEmpty ? nil : StrayPair.encode(strays)
        // Older programs know of the first one alone.
        let firstLeaked = leaked.tokens.first
        fields[Tag.leakedAccessToken] = firstLeaked?.accessToken
        fields[Tag.leakedProofKey] = firstLeaked?.proofKey == proofKey ? nil : firstLeaked?.proofKey
        fields[Tag.leakedTokens] = leaked.encoded()
        fields.set(Tag.appID, bytes: appID?.bytes)
        fields.set(Tag.wasConfirmed, integer: wasConfirmed ? 1 : 0)
        fields[Tag.intentNarrowing] = IntentNarrowing.encode(intent)
        fields[Tag.applicationToken] = applicationToken
        fields.set(Tag.server, text: server)
        fields.set(Tag.intentSpillFolder, text: intent == nil ? nil : intentSpillFolder)
        return fields
    }

    /// When the scheduler must look at this connection: at its refresh, or when an open intent is overdue,
    /// but not inside a cool-down, and not at all where only a person can help.
    var dueAt: Date? {
        switch state {
        case .needsReauthorization, .blocked, .parked, .retired: return nil
        case .active, .refreshing, .indeterminate, .tainted, .paymentRequired: break
        }
        // A refresh token without an access token is due at once: nothing can be handed out.
        let isEmpty = accessToken == nil && refreshToken != nil
        guard let due = [refreshAt, intent?.deadline, isEmpty ? lastRefreshAt : nil].compactMap(\.self).min() else {
            return nil
        }
        return max(due, coolDownUntil ?? due)
    }

    /// The pair in force, for its fingerprints.
    var tracedPair: [TracedSecret] {
        var traced: [TracedSecret] = []
        if let refreshToken { traced.append(TracedSecret(refreshToken, tier: .issue, field: Tag.refreshToken)) }
        if let accessToken { traced.append(TracedSecret(accessToken, tier: .use, field: Tag.accessToken)) }
        return traced + tracedKey
    }

    /// The key that the tokens are bound to, for its fingerprint.
    var tracedKey: [TracedSecret] { proofKey.map { [TracedSecret($0, tier: .use, field: Tag.proofKey)] } ?? [] }

    /// All that a confirmed account has in force, for its fingerprints.
    var tracedInForce: [TracedSecret] { tracedPair + tracedWebhookToken }

    /// The token of webhooks, for its fingerprint.
    var tracedWebhookToken: [TracedSecret] {
        applicationToken.map { [TracedSecret($0, tier: .issue, field: Tag.applicationToken)] } ?? []
    }

    /// A draft of a new entry.
    func draft(at path: CredentialPath, traced: [TracedSecret]) -> EntryDraft {
        EntryDraft(
            path, kind: .connection, use: useFields, issue: issueFields, dueAt: dueAt, state: state.rawValue,
            traced: traced)
    }

    /// A draft that replaces the connection's entry with this record.
    func draft(replacing entry: Entry, traced: [TracedSecret] = []) throws -> EntryDraft {
        var draft = try EntryDraft(replacing: entry)
        draft.use = useFields.carrying(entry.use, beyond: Tag.use)
        draft.issue = issueFields.carrying(entry.issue, beyond: Tag.issue)
        draft.dueAt = dueAt
        draft.state = state.rawValue
        draft.traced = traced
        return draft
    }
}
