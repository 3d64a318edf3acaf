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
    /// - Parameters:
    ///   - selection: Which.
    ///   - report: Hears of each as it ends, one at a time.
    /// - Returns: every line, sorted by path.
    /// - Throws: only what keeps everything from starting; one connection's failure is in its line.
    package func refresh(
        _ selection: RefreshSelection, report: @escaping @Sendable (RefreshLine) -> Void = { _ in }
    ) async throws -> [RefreshLine] {
        let entries = try await selected(selection)
        for entry in entries { try requireIssuer(entry.path) }
        let paths = Dictionary(uniqueKeysWithValues: entries.map { (GrantID($0.id.description), $0.path) })
        let collected = LineCollection()
        await refresher.refresh(entries.map { GrantID($0.id.description) }, Self.demand(selection)) { id, result in
            guard let path = paths[id] else { return }
            let line = Self.line(path, result)
            collected.append(line)
            report(line)
        }
        return collected.lines.sorted { $0.path < $1.path }
    }

    private func selected(_ selection: RefreshSelection) async throws -> [Entry] {
        switch selection {
        case .due:
            let due = try await vault.inspectDue(by: effects.now())
            return due.filter { $0.kind == .connection }
        case .all:
            return try await vault.inspectAll().filter { $0.kind == .connection && $0.dueAt != nil }
        case .forced(let path):
            return [try await entry(path, .connection)]
        }
    }

    private static func demand(_ selection: RefreshSelection) -> RefreshDemand {
        switch selection {
        case .due: .due
        case .all: .usable(minimumValidity: everything)
        case .forced: .forced
        }
    }

    private static func line(_ path: CredentialPath, _ result: Result<RefreshedGrant, any Error>) -> RefreshLine {
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
