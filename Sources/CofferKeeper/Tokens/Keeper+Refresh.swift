// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

import CofferCredentials
import CofferOAuth
import CofferVault
import Foundation

extension Keeper {
    /// Longer than any token lives: with the refresher's bound of nine tenths it asks for all but the fresh.
    private static let everything = Duration.seconds(400 * 86400)

    /// Refreshes connections once, under the bounds of parallelism and pace.
    ///
    /// What is due and all that is not fresh includes what readers wished for, as far as this identity would have
    /// refreshed it for itself. Forcing one connection answers the wishes for that one and looks at no others.
    ///
    /// - Parameters:
    ///   - selection: Which.
    ///   - report: Hears of each as it ends, one at a time.
    /// - Returns: every line, sorted by path.
    /// - Throws: only what keeps everything from starting; one connection's failure is in its line.
    package func refresh(
        _ selection: RefreshSelection, report: @escaping @Sendable (RefreshLine) -> Void = { _ in }
    ) async throws -> [RefreshLine] {
        let entries = try await selected(selection)
        let wishes = await wishedRefreshes(for: selection.isForced ? entries.map(\.id) : nil)
        var paths = Dictionary(entries.map { ($0.id, $0.path) }) { first, _ in first }
        let further = wishes.byEntry.filter { paths[$0.key] == nil }
        for (id, wish) in further { paths[id] = wish.path }
        let orders =
            entries.map { entry in
                // What is due is refreshed anyway; that a server refused the token is the better reason.
                let wish = wishes.byEntry[entry.id].flatMap { $0.isForRejected ? $0.demand : nil }
                let own = Self.demand(selection)
                return RefreshOrder(
                    id: GrantID(entry.id.description), demand: selection.isForced ? own : wish ?? own)
            } + further.map { RefreshOrder(id: GrantID($0.key.description), demand: $0.value.demand) }
        let places = Dictionary(uniqueKeysWithValues: paths.map { (GrantID($0.key.description), $0) })
        let collected = LineCollection()
        await refresher.refresh(orders) { id, result in
            guard let (entryID, path) = places[id] else { return }
            var line = Self.line(path, result)
            line.wishCount = wishes.byEntry[entryID]?.stored.count ?? 0
            collected.append(line)
            report(line)
        }
        await settle(wishes, collected.lines)
        return collected.lines.sorted { $0.path < $1.path }
    }

    private func selected(_ selection: RefreshSelection) async throws -> [Entry] {
        let found: [Entry]
        switch selection {
        case .due: found = try await due(by: effects.now())
        case .all: found = try await vault.inspectAll().filter { $0.dueAt != nil }
        case .forced(let path):
            try requireIssuer(path)
            return [try await entry(path, .connection)]
        }
        guard vault.writesAnything else {
            throw KeeperError(.notPermitted, "this identity may read but not refresh")
        }
        // What it may only read is refreshed by others.
        return try found.filter { try $0.kind == .connection && vault.role(for: $0.path) > .reader }
    }

    private func due(by now: Date) async throws -> [Entry] {
        let jitter = DueJitter(at: now, random: effects.random)
        let ranked = try await vault.inspectDue(by: now).map { (entry: $0, rank: jitter.rank($0.dueAt ?? now)) }
        return ranked.sorted { $0.rank < $1.rank }.map(\.entry)
    }

    private static func demand(_ selection: RefreshSelection) -> RefreshDemand {
        switch selection {
        case .due: .due
        case .all: .usable(minimumValidity: everything)
        case .forced: .forced
        }
    }

    static func line(_ path: CredentialPath, _ result: Result<RefreshedGrant, any Error>) -> RefreshLine {
        switch result {
        case .success(let grant):
            RefreshLine(
                path: path, outcome: grant.isRenewed ? .refreshed : .unneeded, expiresAt: grant.snapshot.expiresAt,
                refreshAt: grant.snapshot.refreshAt, failure: nil)
        case .failure(let error):
            RefreshLine(path: path, outcome: .failed, expiresAt: nil, refreshAt: nil, failure: error)
        }
    }
}
