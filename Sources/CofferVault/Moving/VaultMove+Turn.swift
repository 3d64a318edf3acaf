// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

extension VaultMove {
    /// Keeps other processes from moving the vault; who refreshes entries is not kept from anything.
    ///
    /// - Parameter source: Where the vault lies.
    /// - Returns: what keeps them from it until it is released.
    /// - Throws: ``VaultError/Code/busy`` if one does, ``VaultError/Code/unreadable`` where nothing can be written.
    package static func takeTurn(on source: any VaultStore) async throws -> any StoreLock {
        guard !source.isReadOnly else { throw readOnly }
        let vaultID = try await source.read { try $0.vaultID() }
        guard let turn = try await source.tryLock(try Self.turn(of: vaultID)) else {
            throw VaultError(.busy, "another process is moving this vault; wait for its end, or end it")
        }
        return turn
    }

    /// What the lock of a move is named by: no entry has the vault's id.
    static func turn(of vaultID: VaultID) throws -> EntryID { try EntryID(vaultID.bytes) }

    /// Writes into the new store while it is no vault yet: what lies there later may be newer than what the old one has.
    ///
    /// - Throws: ``VaultError/Code/busy`` if another process has made it the vault, and what the body throws.
    func put(_ body: @escaping @Sendable (any StoreWriting) throws -> Void) async throws {
        try await target.write(.synced) { transaction in
            guard try transaction.newestEpoch() == 0 else { throw Self.overtaken }
            try body(transaction)
        }
    }

    /// What is said to whoever has lost its turn, and comes too late.
    private static let overtaken = VaultError(
        .busy, "another process has finished moving this vault; the same command says what became of it")

    // MARK: - Refusals

    /// What is said where nothing can be marked or copied.
    static let readOnly = VaultError(.unreadable, "a vault is moved from and to where something can be written")

    /// What is said of a store in which something else lies.
    static let foreign = VaultError(
        .exists, "in the new place lies something that is not of this vault: name an empty one, or empty it first")

    /// What is said of a store that gives something else than what was written.
    static let forgetful = VaultError(
        .damaged, "the new place does not keep what is written there",
        hint: "look for what changes its rows, a trigger for instance; the same command goes on")
}
