// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

import CSodium

/// A block of guarded memory that several secrets may lie in.
///
/// The block comes from `sodium_malloc`: locked where the system allows, between guard
/// pages, left out of core files, overwritten before it is given back. It is made read-only
/// once filled. See https://doc.libsodium.org/memory_management
///
/// Taking one and giving it back costs some eight system calls, more than most of what is done with a key. Secrets
/// that are made together and last equally long therefore lie together; the block goes with the last of them.
///
/// Unchecked sendability: the memory is written only inside the initialiser, before
/// anybody else can hold the value, and is read-only from then on.
@safe
package final class SecretBlock: @unchecked Sendable {
    private let base: UnsafeMutableRawPointer
    /// The size in bytes.
    package let byteCount: Int

    /// Takes `byteCount` bytes and lets `body` fill them.
    ///
    /// - Throws: ``CryptoError/unavailable`` if there is no memory, or what `body` throws.
    package init(
        byteCount: Int, filledBy body: (UnsafeMutableRawBufferPointer) throws(CryptoError) -> Void
    ) throws(CryptoError) {
        unsafe base = try unsafe Self.filled(byteCount, body)
        self.byteCount = byteCount
    }

    /// Takes a block for the secret half of the pair that a seed gives.
    ///
    /// - Parameters:
    ///   - seed: the seed.
    ///   - byteCount: how long the secret half is.
    ///   - expand: writes the secret half, and gives the public one.
    /// - Returns: both halves.
    /// - Throws: ``CryptoError/unavailable`` if there is no memory, or what `expand` throws.
    static func pair<PublicKey>(
        seed: borrowing SecretMemory, byteCount: Int,
        _ expand: (UnsafeRawBufferPointer, UnsafeMutableRawBufferPointer) throws(CryptoError) -> PublicKey
    ) throws(CryptoError) -> (publicKey: PublicKey, secret: SecretBlock) {
        var found: PublicKey?
        let block = try unsafe seed.withExposedBytes { (seedBytes) throws(CryptoError) -> SecretBlock in
            try unsafe SecretBlock(byteCount: byteCount) { (target) throws(CryptoError) in
                found = try unsafe expand(seedBytes, target)
            }
        }
        guard let found else { throw .failed }
        return (found, block)
    }

    private static func filled(
        _ byteCount: Int, _ body: (UnsafeMutableRawBufferPointer) throws(CryptoError) -> Void
    ) throws(CryptoError) -> UnsafeMutableRawPointer {
        try Sodium.initialise()
        precondition(byteCount >= 0, "a size is never negative")
        guard let block = unsafe sodium_malloc(max(byteCount, 1)) else { throw .unavailable }
        do {
            try unsafe body(UnsafeMutableRawBufferPointer(start: block, count: byteCount))
        } catch {
            unsafe sodium_free(block)
            throw error
        }
        unsafe sodium_mprotect_readonly(block)
        return unsafe block
    }

    // sodium_free makes it writable, overwrites it and gives it back.
    deinit { unsafe sodium_free(base) }

    /// A part of the block as a secret of its own; a part that is not there is a programming error.
    package func part(_ range: Range<Int>) -> SecretMemory {
        SecretMemory(block: self, range)
    }

    /// Lends the bytes to `body`; they must not be kept.
    func withExposedBytes<R: ~Copyable, E: Error>(
        _ range: Range<Int>, _ body: (UnsafeRawBufferPointer) throws(E) -> R
    ) throws(E) -> R {
        defer { withExtendedLifetime(self) {} }
        return try unsafe body(UnsafeRawBufferPointer(start: base + range.lowerBound, count: range.count))
    }
}
