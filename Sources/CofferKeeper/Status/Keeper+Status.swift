// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

import CofferCredentials
import CofferVault
import Foundation

extension Keeper {
    /// Every connection this identity may see, sorted by path; one that only a newer program knows is left out with a warning.
    package func status() async throws -> [ConnectionView] {
        try await connections { try await record(.list, [], "status", details: Asker.details()) }
    }

    /// The same, for whoever has recorded that they are looked at.
    ///
    /// - Parameters:
    ///   - isQuiet: Whether nothing is said of what is left out.
    ///   - confirm: Called before anything is shown, once it was read.
    /// - Returns: those that have an app, sorted by path; one that only a newer program knows is left out.
    /// - Throws: what `confirm` throws; ``VaultError`` where the vault can't be read, or `damaged` for a record in it.
    func connections(
        isQuiet: Bool = false, confirm: () async throws -> Void = {}
    ) async throws -> [ConnectionView] {
        let entries = try await vault.inspectAll()
        let apps = Dictionary(entries.filter { $0.kind == .app }.map { ($0.path, $0) }) { first, _ in first }
        try await confirm()
        return try entries.filter { $0.kind == .connection }.compactMap { entry in
            guard let parent = entry.path.parent, let app = apps[parent] else { return nil }
            do {
                return ConnectionView(try GrantPair(showing: entry, appEntry: app), now: effects.now())
            } catch let error as VaultError where error.code == .newerFormat {
                if !isQuiet { effects.log.warning("\(entry.path) is left out: \(error.message)") }
                return nil
            }
        }
    }

    /// Every app this identity may see, sorted by path.
    package func apps() async throws -> [AppView] {
        let entries = try await vault.inspectAll()
        try await record(.list, [], "apps")
        return try entries.filter { $0.kind == .app }.map { app in
            let record = try AppRecord(app)
            let count = entries.count { $0.isConnection(of: app.path) }
            return AppView(app.path, record, connectionCount: count)
        }
    }
}
