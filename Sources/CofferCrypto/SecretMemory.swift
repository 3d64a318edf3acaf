// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

import CSodium

/// The single owner of a block of guarded memory.
///
/// The block comes from `sodium_malloc`: locked where the system allows, between guard
/// pages, left out of core files, overwritten before it is given back. It is made read-only
/// once filled. See https://doc.libsodium.org/memory_management
///
/// Unchecked sendability: the memory is written only inside the initialisers, before
/// anybody else can hold the value, and is read-only from then on.
@safe
package struct SecretMemory: ~Copyable, @unchecked Sendable {
    private let base: UnsafeMutableRawPointer
    /// The size in bytes.
    package let byteCount: Int

    /// Takes `byteCount` bytes and lets `body` fill them.
    ///
    /// - Throws: ``CryptoError/unavailable`` if there is no memory, or what `body` throws.
    package init(
        byteCount: Int, filledBy body: (UnsafeMutableRawBufferPointer) throws(CryptoError) -> Void
    ) throws(CryptoError) {
        let filled = try unsafe Self.allocate(byteCount: byteCount, filledBy: body)
        unsafe base = filled
        self.byteCount = byteCount
    }

    private static func allocate(
        byteCount: Int, filledBy body: (UnsafeMutableRawBufferPointer) throws(CryptoError) -> Void
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

    deinit {
        unsafe sodium_mprotect_readwrite(base)
        unsafe sodium_free(base)
    }

    /// Lends the bytes to `body`; they must not be kept.
    package borrowing func withExposedBytes<R: ~Copyable, E: Error>(
        _ body: (UnsafeRawBufferPointer) throws(E) -> R
    ) throws(E) -> R {
        try unsafe body(UnsafeRawBufferPointer(start: base, count: byteCount))
    }
}
