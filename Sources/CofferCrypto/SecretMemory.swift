// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

import CSodium

/// The single owner of a secret in guarded memory: a whole ``SecretBlock``, or a part of one.
package struct SecretMemory: ~Copyable, Sendable {
    private let block: SecretBlock
    private let range: Range<Int>
    /// The size in bytes.
    package var byteCount: Int { range.count }

    /// Takes `byteCount` bytes and lets `body` fill them.
    ///
    /// - Throws: ``CryptoError/unavailable`` if there is no memory, or what `body` throws.
    package init(
        byteCount: Int, filledBy body: (UnsafeMutableRawBufferPointer) throws(CryptoError) -> Void
    ) throws(CryptoError) {
        block = try unsafe SecretBlock(byteCount: byteCount, filledBy: body)
        range = 0..<byteCount
    }

    init(block: SecretBlock, _ range: Range<Int>) {
        precondition(range.lowerBound >= 0 && range.upperBound <= block.byteCount, "a part lies inside its block")
        self.block = block
        self.range = range
    }

    /// Copies bytes that are already in memory; the caller wipes its own copy.
    package init(copying bytes: UnsafeRawBufferPointer) throws(CryptoError) {
        try unsafe self.init(byteCount: bytes.count) { (target) throws(CryptoError) in
            unsafe target.copyMemory(from: bytes)
        }
    }

    /// Copies an array.
    package init(copying bytes: [UInt8]) throws(CryptoError) {
        try unsafe self.init(byteCount: bytes.count) { (target) throws(CryptoError) in
            unsafe target.copyBytes(from: bytes)
        }
    }

    /// Fresh random bytes from the system's generator.
    package static func random(byteCount: Int) throws(CryptoError) -> SecretMemory {
        try unsafe SecretMemory(byteCount: byteCount) { (target) throws(CryptoError) in
            unsafe randombytes_buf(target.octets, target.count)
        }
    }

    /// Lends the bytes to `body`; they must not be kept.
    package borrowing func withExposedBytes<R: ~Copyable, E: Error>(
        _ body: (UnsafeRawBufferPointer) throws(E) -> R
    ) throws(E) -> R {
        try unsafe block.withExposedBytes(range, body)
    }
}
