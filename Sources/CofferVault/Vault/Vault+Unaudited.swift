// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

extension Vault {
    /// Whether nothing can be written where the vault lies, so that what is read is recorded nowhere.
    package var readsUnrecorded: Bool { store.isReadOnly }

    /// What may be done where no event can be written.
    private static let readings: Set<AuditAction> = [.handOut, .read, .list]

    /// Lets an action pass without its event where none can be written and the owners have allowed that.
    ///
    /// - Throws: ``VaultError/Code/notPermitted`` if they have not, ``VaultError/Code/unreadable`` if the action is more
    ///   than reading.
    func passUnrecorded(_ action: AuditAction) async throws {
        guard Self.readings.contains(action) else {
            throw VaultError(.unreadable, "nothing can be written where the vault lies")
        }
        // The newest manifest decides, not the one that the vault was opened under.
        try await reading { state, _ in try state.requireUnauditedReading() }
    }
}

extension VaultState {
    /// - Throws: ``VaultError/Code/notPermitted``.
    func requireUnauditedReading() throws(VaultError) {
        guard manifest.allowsUnauditedReading else {
            throw VaultError(
                .notPermitted,
                """
                nothing can be written where the vault lies, so reading could not be recorded, and its owners have not \
                allowed that
                """)
        }
    }
}
