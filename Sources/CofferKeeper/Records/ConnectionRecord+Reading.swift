// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

import CofferCredentials
import CofferOAuth
package import CofferVault
import Foundation

extension ConnectionRecord {
    /// Reads the record of a connection's entry.
    ///
    /// - Throws: ``VaultError/damaged`` if a field makes no sense; ``VaultError/Code/newerFormat`` for a state that this
    ///   program does not know.
    package init(_ entry: Entry) throws {
        guard entry.kind == .connection else {
            throw KeeperError(.wrongKind, "\(entry.path) is \(entry.kind.phrase), not a connection", path: entry.path)
        }
        let use = entry.use
        accessToken = use[Tag.accessToken]
        tokenType = use.text(Tag.tokenType)
        expiresAt = use.date(Tag.expiresAt)
        scope = use.text(Tag.scope)
        displayHost = use.text(Tag.displayHost)
        displayAccountID = use.text(Tag.displayAccountID)
        accountLabel = use.text(Tag.accountLabel)
        tokenVersion = use.integer(Tag.tokenVersion) ?? 0
        obtainedAt = use.date(Tag.obtainedAt)
        refreshAt = use.date(Tag.refreshAt)
        lastRefreshAt = use.date(Tag.lastRefreshAt)
        guard let name = use.text(Tag.state) else { throw VaultError.damaged }
        guard let state = GrantState(rawValue: name) else { throw VaultError.newer("\(entry.path)") }
        self.state = state
        lastError = use.text(Tag.lastError)
        mintedUnder = use.integer(Tag.mintedUnder) ?? 0
        failureCount = use.integer(Tag.failureCount) ?? 0
        coolDownUntil = use.date(Tag.coolDownUntil)
        narrowed = try use[Tag.narrowed].map(KeptNarrowing.decode) ?? []
        proofKey = use[Tag.proofKey]
        endsAt = use.date(Tag.endsAt)
        if let issue = entry.issue { try readIssueTier(issue) }
    }

    /// The record of a connection's entry; nil if only a newer program knows the state it is in.
    ///
    /// For work on many connections, which one of them must not keep from the others.
    ///
    /// - Throws: ``VaultError/damaged`` if a field makes no sense.
    static func known(_ entry: Entry) throws -> ConnectionRecord? {
        do { return try ConnectionRecord(entry) } catch let error as VaultError where error.code == .newerFormat {
            return nil
        }
    }

    /// The folder in which the answer to an entry's open intent may lie, as its record says; nil where none is named.
    static func spillFolder(namedBy entry: Entry) -> String? {
        guard entry.kind == .connection, entry.issue != nil, let record = try? ConnectionRecord(entry) else {
            return nil
        }
        return record.namedSpillFolder
    }

    /// The folder in which the answer to the open intent may lie; nil without an intent.
    var namedSpillFolder: String? { intent == nil ? nil : intentSpillFolder }

    private mutating func readIssueTier(_ issue: FieldTable) throws {
        refreshToken = issue[Tag.refreshToken]
        previousRefreshToken = issue[Tag.previousRefreshToken]
        if let fingerprint = issue.bytes(Tag.intentFingerprint), let attempt = issue.integer(Tag.intentAttempt),
            let startedAt = issue.date(Tag.intentStartedAt), let deadline = issue.date(Tag.intentDeadline)
        {
            let plain = RefreshIntent(
                tokenFingerprint: fingerprint, attempt: Int(attempt), startedAt: startedAt, deadline: deadline)
            intent = try IntentNarrowing.joined(plain, issue[Tag.intentNarrowing])
        }
        intentEpoch = issue.integer(Tag.intentEpoch)
        intentSpillFolder = issue.text(Tag.intentSpillFolder)
        accountHost = issue.text(Tag.accountHost)
        accountID = issue.text(Tag.accountID)
        usesClientCredentials = issue.integer(Tag.usesClientCredentials) == 1
        strays = try issue[Tag.stray].map(StrayPair.decode) ?? []
        leaked = try LeakedTokens(
            issue[Tag.leakedTokens], first: issue[Tag.leakedAccessToken],
            boundTo: issue[Tag.leakedProofKey] ?? proofKey)
        appID = try issue.bytes(Tag.appID).map(EntryID.init)
        wasConfirmed = issue.integer(Tag.wasConfirmed) != 0
        applicationToken = issue[Tag.applicationToken]
        server = issue.text(Tag.server)
    }
}
