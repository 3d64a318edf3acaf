// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

import CofferOAuth
package import CofferVault
import Foundation

extension Keeper {
    /// Checks everything that the vault holds, and lists what is damaged.
    ///
    /// - Parameter progress: Hears how far it is.
    /// - Returns: what was found.
    /// - Throws: whatever keeps the store from being read at all.
    package func verify(
        progress: @escaping @Sendable (VerifyProgress) -> Void = { _ in }
    ) async throws -> VerifyReport {
        do {
            try await record(.verify, [])
        } catch let error as VaultError where [.damaged, .unreadable].contains(error.code) {
            // That is what it is there to look at.
        }
        return try await vault.verify(
            index: Self.expectedIndex, spillFolder: { ConnectionRecord.spillFolder(namedBy: $0) }, progress: progress)
    }

    /// What an entry's index columns should say, from the record inside.
    static func expectedIndex(_ entry: Entry) -> IndexExpectation {
        switch entry.kind {
        case .app:
            guard let record = try? AppRecord(entry) else { return .unknown }
            return .both(dueAt: nil, state: record.frozenBy == nil ? nil : "frozen")
        case .connection:
            guard let record = try? ConnectionRecord(entry) else { return .unknown }
            // When it is due depends on the intent, which readers do not see.
            guard entry.issue != nil else { return .state(record.state.rawValue) }
            return .both(dueAt: record.dueAt?.millisecondsSince1970, state: record.state.rawValue)
        case .secret:
            return .both(dueAt: nil, state: nil)
        default: return .unknown
        }
    }
}
