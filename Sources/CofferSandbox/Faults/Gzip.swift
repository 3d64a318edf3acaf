// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

import Foundation

/// Wraps bytes as a gzip member (RFC 1952) of stored blocks (RFC 1951 §3.2.4): valid, and not compressed.
///
/// A client can't tell, and the sandbox needs no library for it.
enum Gzip {
    /// The bytes in gzip.
    static func wrapped(_ bytes: Data) -> Data {
        // Magic, deflate, no flags, no time, no extra flags, unknown system (RFC 1952 §2.3).
        var result = Data([0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 255])
        var rest = bytes[...]
        repeat {
            let block = rest.prefix(65_535)
            rest = rest.dropFirst(block.count)
            result.append(rest.isEmpty ? 1 : 0)
            let count = UInt16(block.count)
            append(count, to: &result)
            append(~count, to: &result)
            result.append(block)
        } while !rest.isEmpty
        append(checksum(bytes), to: &result)
        append(UInt32(truncatingIfNeeded: bytes.count), to: &result)
        return result
    }

    private static func append(_ number: some FixedWidthInteger, to data: inout Data) {
        withUnsafeBytes(of: number.littleEndian) { data.append(contentsOf: $0) }
    }

    /// CRC-32 (RFC 1952 §8).
    private static func checksum(_ bytes: Data) -> UInt32 {
        ~bytes.reduce(UInt32.max) { sum, byte in
            (0..<8).reduce(sum ^ UInt32(byte)) { value, _ in
                value & 1 == 1 ? (value >> 1) ^ 0xedb8_8320 : value >> 1
            }
        }
    }
}
