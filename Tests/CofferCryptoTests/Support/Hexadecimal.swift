// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

@testable import CofferCrypto

/// Reads and writes the hexadecimal texts that published vectors come in.
enum Hexadecimal {
    static func bytes(_ text: String) -> [UInt8] {
        let digits = text.compactMap { $0.hexDigitValue.map(UInt8.init) }
        precondition(digits.count.isMultiple(of: 2) && digits.count == text.filter { !$0.isWhitespace }.count)
        return stride(from: 0, to: digits.count, by: 2).map { digits[$0] << 4 | digits[$0 + 1] }
    }

    static func text(_ bytes: some Sequence<UInt8>) -> String {
        bytes.map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined()
    }

    static func text(_ memory: borrowing SecretMemory) -> String {
        memory.withExposedBytes { text($0) }
    }
}

extension SecretKey {
    /// A key of known bytes.
    static func of(_ bytes: [UInt8]) throws -> SecretKey {
        try SecretKey(memory: SecretMemory(copying: bytes))
    }

    /// The bytes, for comparing.
    borrowing func exposedText() -> String {
        withExposedBytes { Hexadecimal.text($0) }
    }
}
