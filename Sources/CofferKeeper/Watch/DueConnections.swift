// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

import CofferCredentials
import CofferOAuth
import CofferVault
import Foundation

/// What is known of the connections that are due: their paths, and their providers, which are their lanes.
///
/// Each is opened once, a few at each look, so that 30,000 that are overdue hold up nobody who reads.
struct DueConnections {
    private struct Known {
        let path: CredentialPath
        let lane: Lane
    }

    /// A provider, as far as the watch must know it.
    private struct Lane {
        let name: String
        /// Whether each account has a limit of its own, so that one whose places are taken says nothing of the others.
        let isLimitedByAccount: Bool
    }

    /// How long what can't be read, or refreshed by this identity, is believed to stay so: 5 min.
    private static let longestUseless = Duration.seconds(300)

    private var known: [EntryID: Known] = [:]
    private var useless: [EntryID: Duration] = [:]
    private var lanes: [CredentialPath: Lane] = [:]

    /// How many were looked into, and are due still as far as is known.
    var count: Int { known.count + useless.count }

    /// Opens what is not known yet, what somebody waits for first.
    ///
    /// - Returns: whether all is known now, and what could not be read.
    /// - Throws: ``VaultError`` where not one entry but the vault is the trouble.
    mutating func learn(
        _ survey: DueSurvey, _ wished: WishedRefreshes, _ keeper: Keeper, atMost count: Int, at now: Duration
    ) async throws -> (isWhole: Bool, unreadable: [any Error]) {
        let wanted = Set(survey.due.map(\.id)).union(wished.byEntry.keys)
        known = known.filter { wanted.contains($0.key) }
        useless = useless.filter { wanted.contains($0.key) && now < $0.value + Self.longestUseless }
        lanes = [:]
        var rest = count
        var unreadable: [any Error] = []
        for id in Array(wished.byEntry.keys) + survey.due.map(\.id) where known[id] == nil && useless[id] == nil {
            guard rest > 0, !Task.isCancelled else { return (false, unreadable) }
            rest -= 1
            do {
                if let one = try await open(id, keeper) { known[id] = one } else { useless[id] = now }
            } catch let error as VaultError where error.code != .damaged {
                throw error
            } catch {
                useless[id] = now
                unreadable.append(error)
            }
        }
        return (survey.isWhole, unreadable)
    }

    /// What is due, by grant; what can't be used is left out.
    ///
    /// - Parameters:
    ///   - survey: what is due.
    ///   - wished: what somebody waits for.
    ///   - rank: by what it is sorted that is due since a moment; by that moment unless told.
    /// - Returns: one item for each; what is only wished for is due since ever.
    func items(
        _ survey: DueSurvey, _ wished: WishedRefreshes, by rank: (Date) -> Date = { $0 }
    ) -> [RefreshSchedule.Item] {
        var demands: [EntryID: RefreshDemand] = [:]
        for (id, wish) in wished.byEntry { demands[id] = wish.demand }
        var items: [RefreshSchedule.Item] = []
        func add(_ id: EntryID, _ demand: RefreshDemand, _ dueAt: Date) {
            guard let one = known[id] else { return }
            items.append(
                .init(RefreshOrder(id: GrantID(id.description), demand: demand), lane: one.lane.name, dueAt: dueAt))
        }
        for (id, at) in survey.due { add(id, demands.removeValue(forKey: id) ?? .due, rank(at)) }
        for (id, demand) in demands { add(id, demand, .distantPast) }
        return items
    }

    /// The path of a connection that was due.
    func path(of id: GrantID) -> CredentialPath? {
        EntryID(hexadecimal: id.description).flatMap { known[$0] }?.path
    }

    /// Whether a connection whose places are taken says nothing of the others of its provider.
    func isLimitedAlone(_ id: GrantID) -> Bool {
        EntryID(hexadecimal: id.description).flatMap { known[$0] }?.lane.isLimitedByAccount ?? false
    }

    /// Nil for what is no connection, has no app, or can't be refreshed by this identity.
    private mutating func open(_ id: EntryID, _ keeper: Keeper) async throws -> Known? {
        guard let entry = try await keeper.vault.inspect(id), entry.kind == .connection,
            try keeper.vault.role(for: entry.path) > .reader, let appPath = entry.path.parent
        else { return nil }
        if let lane = lanes[appPath] { return Known(path: entry.path, lane: lane) }
        guard let appEntry = try await keeper.vault.inspect(appPath), appEntry.kind == .app,
            let registration = try AppRecord(appEntry).registration
        else { return nil }
        let provider = registration.provider
        let lane = Lane(name: provider.id, isLimitedByAccount: provider.rateLimit?.isAccounts == true)
        lanes[appPath] = lane
        return Known(path: entry.path, lane: lane)
    }
}
