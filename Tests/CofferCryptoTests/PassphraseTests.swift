// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

import Testing

@testable import CofferCrypto

@Suite struct PassphraseTests {
    private static func key(_ passphrase: String, salt: [UInt8], cost: PassphraseCost) throws -> String {
        let bytes = Array(passphrase.utf8)
        return try bytes.withUnsafeBytes { raw in
            try SecretKey<Sealing>.stretching(raw, salt: salt, cost: cost).exposedText()
        }
    }

    private static let salt = [UInt8](0x10..<0x20)

    /// Computed with the reference implementation (libargon2 through argon2-cffi): Argon2id 1.3, one lane.
    @Test func `keys are those of the reference implementation`() throws {
        #expect(
            try Self.key("7h2kq-correct-horse", salt: Self.salt, cost: .insecureLeast)
                == "6801b9825175188c0af5c226b2ed4de6ec7f465dfed72a50a7d9d041b9943380")
        #expect(
            try Self.key("", salt: Self.salt, cost: PassphraseCost(passes: 3, memoryByteCount: 1 << 20))
                == "c758598aeadd84833f6c87cd3df2d98b182d0f1dd7fdc278cd6b20cf1d677f62")
    }

    @Test func `another passphrase, salt or cost gives another key`() throws {
        let keys = [
            try Self.key("one", salt: Self.salt, cost: .insecureLeast),
            try Self.key("two", salt: Self.salt, cost: .insecureLeast),
            try Self.key("one", salt: [UInt8](0..<16), cost: .insecureLeast),
            try Self.key("one", salt: Self.salt, cost: PassphraseCost(passes: 2, memoryByteCount: 8192)),
            try Self.key("one", salt: Self.salt, cost: PassphraseCost(passes: 1, memoryByteCount: 16384)),
        ]
        #expect(Set(keys).count == keys.count)
    }

    @Test(arguments: [0, 11, .max] as [UInt64])
    func `passes outside the bounds are no cost`(passes: UInt64) {
        #expect(throws: CryptoError.wrongSize) { try PassphraseCost(passes: passes, memoryByteCount: 8192) }
    }

    @Test(arguments: [0, 8191, (2 << 30) + 1, 1 << 40, .max] as [UInt64])
    func `memory outside the bounds is no cost`(memoryByteCount: UInt64) {
        #expect(throws: CryptoError.wrongSize) { try PassphraseCost(passes: 1, memoryByteCount: memoryByteCount) }
    }

    @Test(arguments: [0, 15, 17])
    func `a salt of another size is refused`(byteCount: Int) {
        #expect(throws: CryptoError.wrongSize) {
            try Self.key("one", salt: [UInt8](repeating: 0, count: byteCount), cost: .insecureLeast)
        }
    }

    @Test func `the default is libsodium's moderate`() {
        #expect(PassphraseCost.moderate.passes == 3)
        #expect(PassphraseCost.moderate.memoryByteCount == 268_435_456)
    }
}
