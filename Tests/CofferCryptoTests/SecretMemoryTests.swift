// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

import Testing

@testable import CofferCrypto

@Suite struct SecretMemoryTests {
    @Test(arguments: [0, 1, 32, 4095, 4096, 4097, 1 << 20])
    func `bytes that were put in come out`(byteCount: Int) throws {
        let bytes = RandomBytes.make(byteCount: byteCount)
        let memory = try SecretMemory(copying: bytes)
        #expect(memory.byteCount == byteCount)
        #expect(memory.withExposedBytes { Array($0) } == bytes)
    }

    @Test func `what the filling closure throws is thrown`() {
        #expect(throws: CryptoError.wrongSize) {
            _ = try SecretMemory(byteCount: 8) { (_) throws(CryptoError) in throw .wrongSize }
        }
    }

    @Test func `random memory differs from time to time`() throws {
        let first = Hexadecimal.text(try SecretMemory.random(byteCount: 32))
        let second = Hexadecimal.text(try SecretMemory.random(byteCount: 32))
        #expect(first != second)
    }
}
