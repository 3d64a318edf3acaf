// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

import CofferOAuth
package import CofferVault

extension Keeper {
    /// Brings spaces under new keys, or goes on where an earlier run was cut off.
    ///
    /// - Parameters:
    ///   - spaces: Their names; all that this identity opens if empty.
    ///   - progress: Hears how far it is.
    /// - Returns: what became of each space.
    /// - Throws: ``VaultError/Code/notPermitted`` if this identity is no owner.
    package func rekey(
        _ spaces: [String] = [], progress: @escaping @Sendable (RekeyProgress) -> Void = { _ in }
    ) async throws -> RekeyReport {
        try await vault.rekey(
            spaces, reason: reason, clock: effects.clock, progress: progress,
            // What is spilled belongs to the version that was written before its request, and no later one is in this state.
            naming: SpillNaming(state: GrantState.refreshing.rawValue) { ConnectionRecord.spillFolder(namedBy: $0) })
    }
}
