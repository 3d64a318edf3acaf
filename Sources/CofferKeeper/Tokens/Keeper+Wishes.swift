// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

import CofferCredentials
import CofferOAuth
import CofferVault
import Foundation

/// What readers wished for, by connection: however many wish for one, it is one refresh.
struct WishedRefreshes: Sendable {
    /// The wishes for one connection.
    struct Connection: Sendable {
        let path: CredentialPath
        let demand: RefreshDemand
        let stored: [StoredWish]

        /// Whether a server refused the present token, which a due refresh might not know.
        var isForRejected: Bool { if case .rejected = demand { true } else { false } }
    }

    var byEntry: [EntryID: Connection] = [:]
    /// What counts for nothing.
    var void: [StoredWish] = []
}

extension Keeper {
    /// How young a token may be for a reader's word that it was rejected not to count: a tenth of its life, at most 1 h.
    ///
    /// An issuer's own word counts after 30 s. Readers are many, and one that lies must not have tokens replaced more
    /// often than it could by asking for a long validity.
    private static let longestRejectionQuiet = 3600.0

    /// Reads what readers wished for; a table of wishes that can't be read stops no refresh.
    ///
    /// - Parameter wanted: The connections whose wishes are looked at, and no others; nil for all.
    /// - Returns: the wishes, by connection.
    func wishedRefreshes(for wanted: [EntryID]? = nil) async -> WishedRefreshes {
        var wished = WishedRefreshes()
        do {
            let survey = try await vault.wishes()
            wished.void = wanted == nil ? survey.void : []
            for (id, wishes) in Dictionary(grouping: survey.valid, by: \.entryID) where wanted?.contains(id) ?? true {
                let stored = wishes.map(\.stored)
                guard let entry = try await vault.inspect(id), entry.kind == .connection else {
                    wished.void += stored
                    continue
                }
                let demand = demand(of: wishes, for: try ConnectionRecord(entry))
                wished.byEntry[id] = .init(path: entry.path, demand: demand, stored: stored)
            }
        } catch {
            effects.log.warning("the wishes of readers could not be read: \(error)")
        }
        return wished
    }

    /// What all wishes for a connection come to: never more than the issuer's own asking for a token would do.
    private func demand(of wishes: [Wish], for connection: ConnectionRecord) -> RefreshDemand {
        let rejected = wishes.contains { $0.kind == .rejected && $0.tokenVersion == connection.tokenVersion }
        if rejected, isOldEnough(connection) { return .rejected(version: Int(connection.tokenVersion)) }
        let milliseconds = wishes.map(\.validForMilliseconds).max() ?? 0
        return .usable(minimumValidity: milliseconds > 0 ? .milliseconds(milliseconds) : nil)
    }

    private func isOldEnough(_ connection: ConnectionRecord) -> Bool {
        guard let obtainedAt = connection.obtainedAt else { return true }
        let life = connection.expiresAt.map { $0.timeIntervalSince(obtainedAt) } ?? .infinity
        let age = effects.now().timeIntervalSince(obtainedAt)
        return age >= min(life * 0.1, Self.longestRejectionQuiet)
    }

    /// Removes the wishes that are answered or void; what may go better soon is looked at again, for an hour.
    ///
    /// - Returns: whether they could be removed.
    @discardableResult
    func settle(_ wished: WishedRefreshes, _ lines: [RefreshLine]) async -> Bool {
        let failed = lines.filter { $0.failure.map(Self.mayPass) ?? false }.map(\.path)
        let ended = Set(lines.map(\.path)).subtracting(failed)
        let answered = wished.byEntry.values.filter { ended.contains($0.path) }.flatMap(\.stored)
        do {
            try await vault.remove(wished.void + answered)
            return true
        } catch {
            effects.log.notice("wishes that were answered could not be removed: \(error)")
            return false
        }
    }

    /// Whether a failure says nothing of the next attempt.
    private static func mayPass(_ failure: any Error) -> Bool {
        guard let error = failure as? OAuthError else { return failure is CancellationError || failure is VaultError }
        let lasting: [OAuthError.Code] = [
            .needsReauthorization, .spent, .accessDenied, .blocked, .paymentRequired, .configuration,
        ]
        return !lasting.contains(error.code)
    }
}
