// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

import CofferCrypto

/// What lies in the table of manifests of a vault that is being moved: its manifests, and behind them the marks if there are any.
struct MovedChain: Sendable {
    /// The manifests as they are stored, from the first; the marks are not among them.
    let manifests: [[UInt8]]
    /// What an identity knows under the newest manifest.
    let state: VaultState
    /// The newest mark; nil if the vault was not moved.
    let mark: MoveMark?
    /// The hash of what stands last: the newest manifest or mark.
    let lastHash: Digest
    /// Every space that there is or ever was, in the order of the ids.
    let spaces: [SpaceID]

    /// Follows the chain to its end.
    ///
    /// - Parameters:
    ///   - stored: All that lies in the table, in order.
    ///   - text: Who looks.
    ///   - given: A manifest to trust besides the one in the identity.
    /// - Throws: ``VaultError/Code/wrongIdentity``, ``VaultError/Code/notAccepted``, ``VaultError/damaged``.
    init(_ stored: [[UInt8]], with text: IdentityText, trusting given: Pin?) throws(VaultError) {
        let pins = try TrustedPins(own: text.pin, given: given)
        var links: [SignedManifest] = []
        for bytes in stored { links.append(try SignedManifest(decoding: bytes)) }
        var marks: [MoveMark] = []
        var count = links.count
        for (index, link) in links.enumerated() {
            guard let mark = try MoveMark(reading: link.manifestBytes) else {
                guard marks.isEmpty else { throw .damaged }
                continue
            }
            if marks.isEmpty { count = index }
            marks.append(mark)
        }
        let chain = Array(links.prefix(count))
        guard let first = chain.first else { throw .damaged }
        guard try first.claimedVaultID == pins.older.vaultID else {
            throw VaultError(.wrongIdentity, "this identity belongs to another vault")
        }
        guard pins.older.epoch <= UInt64(chain.count) else { throw .damaged }
        let trusted = try pins.follow(Array(chain.dropFirst(Int(pins.older.epoch) - 1)))
        guard trusted.pin.epoch == UInt64(chain.count) else { throw .damaged }
        var (epoch, hash) = (trusted.pin.epoch, trusted.pin.manifestHash)
        for (mark, link) in zip(marks, links.dropFirst(count)) {
            try link.verifySignature()
            guard mark.follows(trusted.pin.vaultID, epoch, hash), trusted.manifest.isOwned(by: link.signer) else {
                throw .damaged
            }
            (epoch, hash) = (mark.epoch, link.hash)
        }
        manifests = Array(stored.prefix(count))
        state = try VaultState(identity: text.identity, trusted: trusted)
        mark = marks.last
        lastHash = hash
        var spaces: Set<SpaceID> = []
        for link in chain {
            // What stands before the pin may be broken, and says nothing then.
            guard let manifest = try? link.claimedManifest else { continue }
            spaces.formUnion(manifest.spaces.map(\.id))
        }
        self.spaces = spaces.sorted { $0.bytes.lexicographicallyPrecedes($1.bytes) }
    }

    /// Reads and follows the chain of a store.
    ///
    /// - Throws: ``VaultError/Code/notPermitted`` for a bundle, and as the other.
    init(of store: any VaultStore, with text: IdentityText, trusting given: Pin?) async throws {
        let (envelope, stored) = try await store.read { (try $0.bundleEnvelope(), try $0.manifests(from: 1)) }
        guard envelope == nil else {
            throw VaultError(.notPermitted, "this is a bundle, and no vault: it is not moved")
        }
        try self.init(stored, with: text, trusting: given)
    }

    /// Refuses whoever can't move the vault, or could not look into all that is moved.
    ///
    /// - Throws: ``VaultError/Code/notPermitted``.
    func requireMover() throws(VaultError) {
        guard state.owners.contains(state.identity.publicIdentity) else {
            throw VaultError(.notPermitted, "only an owner may move a vault")
        }
        for space in state.manifest.spaces where (state.spaces[space.name]?.role ?? .reader) == .reader {
            throw VaultError(
                .notPermitted,
                "this identity does not hold the keys of space \(space.name): an owner of all spaces can move the vault"
            )
        }
    }
}
