// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

/// What a move would be of; nothing is done for it.
package struct MoveOutlook: Sendable, Equatable {
    /// The vault.
    package let vaultID: VaultID
    /// How many entries it has.
    package let entryCount: Int
    /// Whether the vault is marked as moved already, so that a move can only be gone on with.
    package let isMarked: Bool

    /// Looks at a vault that is to be moved.
    ///
    /// - Parameters:
    ///   - store: Where it lies.
    ///   - text: An owner of all spaces.
    ///   - pin: A manifest to trust besides the one in the identity.
    /// - Throws: ``VaultError/Code/notPermitted`` for whoever is no such owner, and as opening a vault.
    package init(of store: any VaultStore, with text: IdentityText, trusting pin: Pin?) async throws {
        let chain = try await MovedChain(of: store, with: text, trusting: pin)
        try chain.requireMover()
        vaultID = chain.state.pin.vaultID
        isMarked = chain.mark != nil
        let spaces = chain.spaces
        entryCount = try await store.read { reader in
            try spaces.reduce(0) { $0 + (try reader.entryCount(space: $1)) }
        }
    }
}
