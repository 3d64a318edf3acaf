// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

/// What a guess at a passphrase costs: passes over memory, as Argon2id counts them.
///
/// A value of this type is within the bounds, so that a hostile one never reaches the memory allocation.
/// libsodium fixes the lanes at 1; RFC 9106 §4 recommends 4, which no caller of libsodium can have.
package struct PassphraseCost: Hashable, Sendable {
    /// The passes that are accepted: at most some seconds on a small machine.
    package static let passesBounds: ClosedRange<UInt64> = 1...10
    /// The memory that is accepted, in bytes: from libsodium's least to the contract's 2 GiB.
    package static let memoryBounds: ClosedRange<UInt64> = 8192...(2 << 30)
    /// 3 passes over 256 MiB, libsodium's *moderate*: some 0.7 s on a desktop of 2017.
    /// See https://doc.libsodium.org/password_hashing/default_phf
    package static let moderate = PassphraseCost(checkedPasses: 3, memoryByteCount: 256 << 20)
    /// The least there is: for tests, and for nothing else.
    package static let insecureLeast = PassphraseCost(checkedPasses: 1, memoryByteCount: 8192)

    /// How often the memory is gone over.
    package let passes: UInt64
    /// The memory, in bytes.
    package let memoryByteCount: UInt64

    /// Takes what somebody wants or what stands in a file.
    ///
    /// - Throws: ``CryptoError/wrongSize`` outside the bounds.
    package init(passes: UInt64, memoryByteCount: UInt64) throws(CryptoError) {
        guard Self.passesBounds.contains(passes), Self.memoryBounds.contains(memoryByteCount) else {
            throw .wrongSize
        }
        self.init(checkedPasses: passes, memoryByteCount: memoryByteCount)
    }

    private init(checkedPasses passes: UInt64, memoryByteCount: UInt64) {
        self.passes = passes
        self.memoryByteCount = memoryByteCount
    }
}
