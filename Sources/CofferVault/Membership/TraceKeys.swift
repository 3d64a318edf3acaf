// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

import CofferCrypto
import Synchronization

/// The keys of a space's fingerprints, one per tier, held by issuers and owners only: with them short
/// secrets can be guessed.
///
/// They are unwrapped when a fingerprint is first made; who only reads makes none.
final class TraceKeys: Sendable {
    /// The keys, unwrapped.
    private final class Opened: Sendable {
        let use: SecretKey<Hashing>
        let issue: SecretKey<Hashing>

        init(_ block: SecretBlock, use: Range<Int>, issue: Range<Int>) throws(CryptoError) {
            self.use = try SecretKey(memory: block.part(use))
            self.issue = try SecretKey(memory: block.part(issue))
        }
    }

    private let box: [UInt8]
    private let header: [UInt8]
    private let identity: Identity
    private let opened = Mutex<Opened?>(nil)

    /// Takes the wrap, which holds `use tier 32 ‖ issue tier 32` behind its header.
    init(wrapped box: [UInt8], header: [UInt8], for identity: Identity) {
        self.box = box
        self.header = header
        self.identity = identity
    }

    /// The fingerprint of a secret of a tier.
    ///
    /// - Throws: ``VaultError/damaged`` for a wrap that does not hold the keys.
    func fingerprint(of bytes: UnsafeRawBufferPointer, tier: Tier) throws(VaultError) -> Digest {
        do {
            let keys = try keys()
            return switch tier {
            case .use: try keys.use.tag(bytes)
            case .issue: try keys.issue.tag(bytes)
            }
        } catch {
            throw .damaged
        }
    }

    /// Makes sure that the keys are there.
    ///
    /// - Throws: ``VaultError/damaged`` for a wrap that does not hold them.
    func prove() throws(VaultError) {
        do { _ = try keys() } catch { throw .damaged }
    }

    private func keys() throws(CryptoError) -> Opened {
        if let ready = opened.withLock({ $0 }) { return ready }
        let fresh = try open()
        return opened.withLock { known in
            let kept = known ?? fresh
            known = kept
            return kept
        }
    }

    private func open() throws(CryptoError) -> Opened {
        let end = header.count + 64
        let roots = [header.count..<header.count + 32, header.count + 32..<end]
        let derived = [end..<end + 32, end + 32..<end + 64]
        let block = try SecretBlock(byteCount: end + 64) { (target) throws(CryptoError) in
            try KeyWrapping.unwrap(
                box, with: identity, header: header, into: UnsafeMutableRawBufferPointer(rebasing: target[..<end]))
            for (root, place) in zip(roots, derived) {
                try KeyDerivation.derive(
                    UnsafeRawBufferPointer(rebasing: target[root]), Labels.fingerprint,
                    into: UnsafeMutableRawBufferPointer(rebasing: target[place]))
            }
        }
        return try Opened(block, use: derived[0], issue: derived[1])
    }
}
