// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

import CofferCrypto

/// Everybody that the manifest in force knows, and where each of them may write or could.
struct KnownSigners: Sendable {
    private var byKey: [SigningPublicKey: ChainSigner] = [:]
    private var epoch: UInt64?
    /// Whether the older manifests tell who wrote in the spaces that are no more.
    private(set) var knowsFormerSpaces = true

    /// Members and departed ones, in the order of their names.
    var all: [ChainSigner] { byKey.values.sorted { ($0.name, $0.key.bytes[0]) < ($1.name, $1.key.bytes[0]) } }

    /// Whose chain it is; nobody's that is known, where the manifest does not name the key.
    subscript(key: SigningPublicKey) -> ChainSigner { byKey[key] ?? ChainSigner(unknown: key) }

    /// Takes up the manifest in force.
    mutating func update(to state: VaultState, _ reader: any StoreReading) throws {
        guard epoch != state.pin.epoch else { return }
        let told = try Self.formerSpaces(state, reader)
        knowsFormerSpaces = told != nil
        let former = told ?? [:]
        byKey = Dictionary(
            ChainSigner.all(in: state.manifest).map { signer in
                var signer = signer
                signer.formerSpaces = former[signer.key] ?? []
                return (signer.key, signer)
            }
        ) { first, _ in first }
        epoch = state.pin.epoch
    }

    /// The spaces that are no more in which somebody was issuer or owner: what was written there counts for what is said of it.
    ///
    /// Nil where the older manifests are damaged, which is told elsewhere.
    private static func formerSpaces(
        _ state: VaultState, _ reader: any StoreReading
    ) throws -> [SigningPublicKey: Set<SpaceID>]? {
        let present = Set(state.manifest.spaces.map(\.id))
        var former: [SigningPublicKey: Set<SpaceID>] = [:]
        do {
            let chain = try reader.manifests(from: 1).map(SignedManifest.init(decoding:))
            let newest = try TrustedManifest(following: chain.suffix(1), from: state.pin)
            for stay in try MembershipHistory(of: newest, chain: chain).stays
            where stay.role > .reader && !present.contains(stay.spaceID) {
                former[stay.identity.signingKey, default: []].insert(stay.spaceID)
            }
        } catch let error as VaultError where error.code == .damaged {
            return nil
        }
        return former
    }
}
