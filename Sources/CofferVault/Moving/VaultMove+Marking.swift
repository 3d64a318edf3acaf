// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

import CofferCredentials
import CofferCrypto
import Foundation

extension VaultMove {
    /// How long after a refresh that was under way it is looked again.
    private static let pause = Duration.milliseconds(50)

    /// Whether anything lies in the new store.
    func isBegun() async throws -> Bool {
        try await target.read {
            try $0.newestEpoch() > 0 || !$0.heads().isEmpty || !$0.entryKeys(after: [], limit: 1).isEmpty
        }
    }

    /// Whether the new store is the vault already.
    ///
    /// - Throws: ``VaultError/Code/exists`` if it is another, or this one came there by another way.
    func hasArrived(_ chain: MovedChain) async throws -> Bool {
        let (envelope, there) = try await target.read { (try $0.bundleEnvelope(), try $0.manifests(from: 1)) }
        guard envelope == nil else { throw Self.foreign }
        guard !there.isEmpty else { return false }
        guard let mark = chain.mark, mark.destination.isSame(as: destination), there.starts(with: chain.manifests)
        else {
            throw Self.foreign
        }
        return true
    }

    /// Refuses to go on with a move that is done, or went elsewhere.
    func requireOpen(_ mark: MoveMark) throws(VaultError) {
        guard mark.isDone || !mark.destination.isSame(as: destination) else { return }
        throw mark.refusal
    }

    /// Says in the old store that its contents are copied, before any is.
    func announce(_ chain: MovedChain) async throws {
        let (state, event) = (chain.state, record("begun"))
        try await source.write(.synced) { transaction in
            try Vault.requireNewest(state, transaction)
            try state.append(event, bindings: [], fingerprints: [], to: transaction)
        }
    }

    /// Marks the old store, once no refresh is under way.
    ///
    /// - Returns: what the old store says then.
    /// - Throws: ``VaultError/Code/superseded`` if the membership changed, ``VaultError/Code/busy``.
    func mark(_ chain: MovedChain) async throws -> MovedChain {
        try await markPatiently(chain)
        return try await readSource()
    }

    private func markPatiently(_ chain: MovedChain) async throws {
        let elapsed = clock.stopwatch()
        var isTold = false
        while true {
            do {
                return try await markOnce(chain)
            } catch let error as VaultError where error.code == .busy && elapsed() < wait {
                if !isTold { tell(.waiting, 0, 0) }
                isTold = true
                try await clock.sleep(for: Self.pause)
            }
        }
    }

    private func markOnce(_ chain: MovedChain) async throws {
        let (state, event, place) = (chain.state, record("marked"), destination)
        let instant = now().millisecondsSince1970
        let own = LockPlace(try Self.turn(of: state.pin.vaultID))
        try await source.write(.synced) { transaction in
            try Vault.requireNewest(state, transaction)
            // Whoever refreshes takes the entry's lock, and then writes its intent: those without a lock come after this
            // transaction, and find the mark before anything is sent.
            guard try transaction.heldLocks().allSatisfy({ $0 == own }) else {
                throw VaultError(
                    .busy,
                    "refreshes or rotations are under way all the time, and the vault was not moved; what was copied stays",
                    hint: "end the agents, and go on with the same command")
            }
            try state.append(event, bindings: [], fingerprints: [], to: transaction)
            let mark = try MoveMark(
                of: state.pin.vaultID, after: state.pin.epoch, hash: state.pin.manifestHash, at: instant, isDone: false,
                to: place)
            let signed = try SignedManifest(signing: mark.encoded, by: state.identity)
            try transaction.insertManifest(signed.encoded, epoch: mark.epoch)
        }
    }

    /// Makes the new store the vault.
    func begin(_ chain: MovedChain) async throws {
        let (state, manifests, event) = (chain.state, chain.manifests, record("ended"))
        try await put { transaction in
            for (index, bytes) in manifests.enumerated() {
                try transaction.insertManifest(bytes, epoch: UInt64(index) + 1)
            }
            try state.append(event, bindings: [], fingerprints: [], to: transaction)
        }
    }

    /// Says in the old store that the move is done; without an event, since the chains go on in the new one.
    func end(_ chain: MovedChain) async throws {
        guard let mark = chain.mark, !mark.isDone else { return }
        let (state, hash, place) = (chain.state, chain.lastHash, destination)
        let instant = now().millisecondsSince1970
        try await source.write(.synced) { transaction in
            guard try transaction.newestEpoch() == mark.epoch else { return }
            let done = try MoveMark(
                of: mark.vaultID, after: mark.epoch, hash: hash, at: instant, isDone: true, to: place)
            let signed = try SignedManifest(signing: done.encoded, by: state.identity)
            try transaction.insertManifest(signed.encoded, epoch: done.epoch)
        }
    }

    private func record(_ step: String) -> AuditRecord {
        let place = destination.kind == .database ? "to a database" : "to a file"
        return AuditRecord(
            at: now(), action: .migrate, paths: [],
            reason: [place, reason].filter { !$0.isEmpty }.joined(separator: "; "),
            details: ["step": step])
    }
}
