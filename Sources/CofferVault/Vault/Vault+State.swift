// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

import CofferCredentials
import CofferCrypto

extension Vault {
    /// How often a transaction is begun anew because the manifest moved on; more changes than that in one
    /// operation are somebody's loop, not people.
    private static let reloads = 16

    /// Runs `body` over one consistent state of the store, under the newest manifest.
    ///
    /// - Throws: ``VaultError/Code/wrongIdentity`` if this identity was removed meanwhile; ``VaultError/damaged`` if the
    ///   store has gone back; ``VaultError/Code/expired`` for a bundle whose time is over.
    func reading<Result: Sendable>(
        _ body: @escaping @Sendable (VaultState, any StoreReading) throws -> Result
    ) async throws -> Result {
        guard !isOver else { throw BundleEnvelope.expired }
        return try await underNewest { state in
            try await self.store.read { reader in
                try Self.requireNewest(state, reader)
                return try body(state, reader)
            }
        }
    }

    /// Runs a transaction under the newest manifest.
    ///
    /// - Parameters:
    ///   - durability: What the commit survives.
    ///   - prepare: Makes what is to be written, under the state given, outside the transaction; called again, with the
    ///     next state, if the manifest has moved on in between: nothing is ever written with keys that were replaced.
    /// - Returns: what the transaction returns.
    /// - Throws: what `prepare` and the transaction throw, and as ``reading(_:)``.
    func writing<Result: Sendable>(
        _ durability: Durability,
        _ prepare: @Sendable (VaultState) throws -> @Sendable (any StoreWriting) throws -> Result
    ) async throws -> Result {
        try await underNewest { state in
            let body = try prepare(state)
            let remembers = durability == .synced && self.seen != nil
            let (result, head) = try await self.store.write(durability) { transaction in
                try Self.requireNewest(state, transaction)
                let result = try body(transaction)
                let signer = state.identity.publicIdentity.signingKey
                return (result, remembers ? try transaction.head(of: signer) : nil)
            }
            if let head { self.seen?.committed(head, under: state) }
            return result
        }
    }

    private func underNewest<Result: Sendable>(
        _ attempt: @Sendable (VaultState) async throws -> Result
    ) async throws -> Result {
        for _ in 1..<Self.reloads {
            let state = state
            do {
                return try await attempt(state)
            } catch let error as VaultError where error.code == .superseded {
                try await reload(from: state)
            }
        }
        return try await attempt(state)
    }

    /// Follows the chain of manifests from a state to the newest and unwraps the keys anew.
    private func reload(from state: VaultState) async throws {
        let chain = try await store.read { try $0.manifests(from: state.pin.epoch) }
        let trusted = try TrustedManifest(following: chain.map(SignedManifest.init(decoding:)), from: state.pin)
        take(try VaultState(identity: identity, trusted: trusted))
    }

    /// Compares the epoch of a state with the store's.
    ///
    /// - Throws: ``VaultError/Code/superseded`` if the store is further, ``VaultError/damaged`` if it has gone back.
    static func requireNewest(_ state: VaultState, _ reader: any StoreReading) throws {
        let epoch = try reader.newestEpoch()
        guard epoch <= state.pin.epoch else {
            throw VaultError(.superseded, "the vault's membership changed meanwhile; try again")
        }
        guard epoch == state.pin.epoch else { throw VaultError.damaged }
    }
}
