// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

import CSodium

/// One block of guarded memory in which boxes are opened under one key and sealed again under another.
///
/// A block of its own for each message costs two system calls and more time than the cryptography. This one is used
/// over and over, and what was opened in it is overwritten before the call returns.
@safe
package struct SealTransfer: ~Copyable {
    private var base: UnsafeMutableRawPointer
    private var byteCount: Int

    /// Takes a block that grows when a box needs more.
    ///
    /// - Throws: ``CryptoError/unavailable`` if there is no memory.
    package init(byteCount: Int = 16 * 1024) throws(CryptoError) {
        unsafe base = try unsafe Self.allocate(byteCount)
        self.byteCount = byteCount
    }

    deinit {
        // sodium_free overwrites the block.
        unsafe sodium_free(base)
    }

    private static func allocate(_ byteCount: Int) throws(CryptoError) -> UnsafeMutableRawPointer {
        try Sodium.initialise()
        guard let block = unsafe sodium_malloc(max(byteCount, 1)) else { throw .unavailable }
        return unsafe block
    }

    /// Opens a box, shows what is in it, and seals the same under another key.
    ///
    /// - Parameters:
    ///   - box: What ``SecretKey/seal(_:associatedData:)`` made.
    ///   - old: Its key.
    ///   - oldData: What it is bound to.
    ///   - new: The key to seal it with.
    ///   - newData: Says what the new box is bound to, from what was inside; nothing of the bytes may be kept.
    /// - Returns: the new box; nil for a box that the key and the data did not make.
    /// - Throws: what `newData` throws.
    package mutating func reseal<E: Error>(
        _ box: [UInt8], from old: borrowing SecretKey<Sealing>, boundTo oldData: [UInt8],
        to new: borrowing SecretKey<Sealing>, _ newData: (UnsafeRawBufferPointer) throws(E) -> [UInt8]
    ) throws(E) -> [UInt8]? {
        let messageCount = box.count - SecretKey<Sealing>.overheadByteCount
        guard messageCount >= 0, makeRoom(messageCount) else { return nil }
        let message = unsafe UnsafeMutableRawBufferPointer(start: base, count: messageCount)
        defer { unsafe sodium_memzero(message.baseAddress ?? base, messageCount) }
        let head = Nonce.byteCount
        let status = unsafe old.memory.withExposedBytes { key in
            unsafe box.withUnsafeBufferPointer { source -> Int32 in
                guard let start = source.baseAddress else { return -1 }
                return unsafe crypto_aead_xchacha20poly1305_ietf_decrypt(
                    message.octets, nil, nil, start + head, UInt64(source.count - head), oldData,
                    UInt64(oldData.count), start, key.octets)
            }
        }
        guard status == 0 else { return nil }
        let opened = UnsafeRawBufferPointer(message)
        let data = try unsafe newData(opened)
        return unsafe try? new.seal(opened, associatedData: data)
    }

    private mutating func makeRoom(_ needed: Int) -> Bool {
        if needed <= byteCount { return true }
        guard let larger = try? unsafe Self.allocate(needed) else { return false }
        unsafe sodium_free(base)
        unsafe base = larger
        byteCount = needed
        return true
    }
}
