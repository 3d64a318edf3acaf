// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

import CofferCrypto

/// The keys of one generation of a space, as far as an identity holds them.
///
/// ```
/// use key   ─┬─ coffer.box.use    seals access tokens, static secrets, names
///            └─ coffer.lookup     hashes paths
/// issue key ─┬─ coffer.box.issue  seals client secrets, refresh tokens, where secrets are sent
///            ├─ coffer.box.jrnl   seals the journal of rotations
///            ├─ coffer.box.spill  seals what could not be committed
///            └─ coffer.link       makes what only issuers can foresee
/// signing seed ─ Ed25519 pair     signs rows; the public half stands in the manifest
/// ```
final class SpaceKeys: Sendable {
    let generation: UInt32
    let signingPublicKey: SigningPublicKey
    let useBox: SecretKey<Sealing>
    let lookup: SecretKey<Hashing>
    /// What only issuers and owners hold.
    let issue: IssueKeys?

    /// The keys of the issue tier.
    final class IssueKeys: Sendable {
        let box: SecretKey<Sealing>
        let journal: SecretKey<Sealing>
        let spill: SecretKey<Sealing>
        let link: SecretKey<Hashing>
        let signing: RowSigner

        fileprivate init(_ block: SecretBlock, _ layout: Layout, for key: SigningPublicKey) throws(CryptoError) {
            box = try SecretKey(memory: block.part(layout.derived(2)))
            journal = try SecretKey(memory: block.part(layout.derived(3)))
            spill = try SecretKey(memory: block.part(layout.derived(4)))
            link = try SecretKey(memory: block.part(layout.derived(5)))
            signing = RowSigner(seed: block.part(layout.unwrapped(2)), for: key)
        }
    }

    /// Where everything lies in one block: the wrap's header, the keys in it (`use 32` for a reader, `use 32 ‖ issue 32 ‖
    /// signing seed 32` above), and behind them what is derived.
    fileprivate struct Layout {
        let headerByteCount: Int
        let role: Role

        var unwrappedByteCount: Int { headerByteCount + (role == .reader ? 32 : 96) }
        var byteCount: Int { unwrappedByteCount + 32 * (role == .reader ? 2 : 6) }

        func unwrapped(_ index: Int) -> Range<Int> { range(headerByteCount, index) }
        func derived(_ index: Int) -> Range<Int> { range(unwrappedByteCount, index) }

        private func range(_ base: Int, _ index: Int) -> Range<Int> { base + 32 * index..<base + 32 * (index + 1) }
    }

    /// Unwraps and derives the keys.
    ///
    /// - Throws: ``CryptoError/failed`` for a wrap that is not to this identity or was made for something else than the
    ///   header says, ``CryptoError/wrongSize`` for one that does not hold what belongs to the role.
    init(
        unwrapping wrap: Manifest.Wrap, header: [UInt8], with identity: Identity, generation: UInt32,
        signingPublicKey: SigningPublicKey
    ) throws(CryptoError) {
        let layout = Layout(headerByteCount: header.count, role: wrap.role)
        let block = try SecretBlock(byteCount: layout.byteCount) { (target) throws(CryptoError) in
            try KeyWrapping.unwrap(
                wrap.box, with: identity, header: header,
                into: UnsafeMutableRawBufferPointer(rebasing: target[..<layout.unwrappedByteCount]))
            try Self.derive(target, layout)
        }
        self.generation = generation
        self.signingPublicKey = signingPublicKey
        useBox = try SecretKey(memory: block.part(layout.derived(0)))
        lookup = try SecretKey(memory: block.part(layout.derived(1)))
        issue = wrap.role > .reader ? try IssueKeys(block, layout, for: signingPublicKey) : nil
    }

    private static func derive(
        _ target: UnsafeMutableRawBufferPointer, _ layout: Layout
    ) throws(CryptoError) {
        let useLabels = [Labels.useBox, Labels.lookup]
        let issueLabels =
            layout.role > .reader ? [Labels.issueBox, Labels.journalBox, Labels.spillBox, Labels.link] : []
        for (index, label) in (useLabels + issueLabels).enumerated() {
            let key = layout.unwrapped(index < useLabels.count ? 0 : 1)
            try KeyDerivation.derive(
                UnsafeRawBufferPointer(rebasing: target[key]), label,
                into: UnsafeMutableRawBufferPointer(rebasing: target[layout.derived(index)]))
        }
    }
}
