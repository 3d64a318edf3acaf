// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

import CofferCrypto

/// Whose chain it is, and how far its events count, as the manifest in force says.
struct ChainOwner: Sendable, Equatable {
    let signer: SigningPublicKey
    /// The name in the manifest; the start of the key for a stranger.
    let name: String
    /// Where it may write; empty for readers and strangers.
    let spaces: Set<SpaceID>
    /// Of somebody who departed, the last event that counts.
    let last: AuditHead?
    let isDeparted: Bool
    let isKnown: Bool

    init(_ signer: SigningPublicKey, in manifest: Manifest) {
        self.signer = signer
        if let gone = manifest.departed.first(where: { $0.identity.signingKey == signer }) {
            name = gone.name
            spaces = Set(gone.roles.filter { $0.role > .reader }.map(\.spaceID))
            last = gone.lastHead
            isDeparted = true
            isKnown = true
            return
        }
        let member = manifest.members.first { $0.identity.signingKey == signer }
        name = member?.name ?? "the unknown key " + signer.bytes.prefix(4).map { String($0, radix: 16) }.joined()
        spaces = Set(
            manifest.spaces.map(\.id).filter { id in manifest.role(of: signer, in: id).map { $0 > .reader } ?? false })
        last = nil
        isDeparted = false
        isKnown = member != nil
    }

    /// Whether an event with this number counts.
    func counts(_ sequence: UInt64) -> Bool {
        isKnown && (!isDeparted || sequence <= last?.sequence ?? 0)
    }
}
