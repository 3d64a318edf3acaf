// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

import CofferVault

extension Keeper {
    /// Every space of the vault, in the order in which they were added; also those that this identity can't open.
    package func spaces() async throws -> [SpaceSummary] {
        let spaces = try await vault.spaces()
        let history = try await vault.membershipHistory()
        let entries = try await vault.inspectAll()
        try await record(.list, [], "spaces")
        return spaces.map { SpaceSummary($0, history, entries) }
    }

    /// Adds a space whose keys every owner holds.
    ///
    /// - Returns: the space.
    /// - Throws: ``VaultError`` `not_permitted` unless this identity is an owner, `invalid_name`, `exists`.
    @discardableResult
    package func addSpace(_ name: String) async throws -> SpaceSummary {
        _ = try await vault.addSpace(name, reason: reason)
        guard let space = try await vault.spaces().first(where: { $0.name == name }) else { throw VaultError.damaged }
        return SpaceSummary(space, try await vault.membershipHistory(), [])
    }

    /// Removes a space that has no entries.
    ///
    /// - Throws: ``VaultError`` `not_empty`, `missing`, `not_permitted` for the last one.
    package func removeSpace(_ name: String) async throws {
        _ = try await vault.removeSpace(name, reason: reason)
    }
}
