// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

import Testing

@testable import CofferCrypto

@Suite struct SecretMemoryTests {
    /// A secret that can stand in an array.
    private final class Owned: Sendable {
        let memory: SecretMemory
        init(_ memory: consuming SecretMemory) { self.memory = memory }
    }

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

    @Test func `parts of one block hold their own bytes and outlive it`() throws {
        let bytes = RandomBytes.make(byteCount: 96)
        func parts() throws -> [Owned] {
            let block = try SecretBlock(byteCount: 96) { (target) throws(CryptoError) in target.copyBytes(from: bytes) }
            return [0..<32, 32..<33, 33..<96, 96..<96].map { .init(block.part($0)) }
        }
        let read = try parts().map { part in part.memory.withExposedBytes { Array($0) } }
        #expect(read == [Array(bytes[..<32]), [bytes[32]], Array(bytes[33...]), []])
    }

    @Test func `what the filling closure of a block throws is thrown`() {
        #expect(throws: CryptoError.failed) {
            _ = try SecretBlock(byteCount: 8) { (_) throws(CryptoError) in throw .failed }
        }
    }

    @Test func `random memory differs from time to time`() throws {
        let first = Hexadecimal.text(try SecretMemory.random(byteCount: 32))
        let second = Hexadecimal.text(try SecretMemory.random(byteCount: 32))
        #expect(first != second)
    }
}
