// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

package import CofferCredentials

/// Where a text with secrets in it is written to, byte by byte; see ``CofferCredentials/Secret/written(_:)``.
package struct ByteSink {
    private let memory: UnsafeMutableRawBufferPointer?

    /// How many bytes have been written.
    private(set) var count = 0

    fileprivate init(_ memory: UnsafeMutableRawBufferPointer? = nil) { self.memory = memory }

    /// Writes a byte.
    mutating func append(_ byte: UInt8) {
        memory?[count] = byte
        count += 1
    }

    /// Writes bytes as they are.
    mutating func append(_ bytes: UnsafeRawBufferPointer) {
        if let memory { UnsafeMutableRawBufferPointer(rebasing: memory[count...]).copyMemory(from: bytes) }
        count += bytes.count
    }

    /// Writes a secret as it is.
    package mutating func append(_ secret: Secret) { secret.withExposedBytes { append($0) } }

    /// Writes a text that is no secret.
    package mutating func append(_ text: String) { for byte in text.utf8 { append(byte) } }

    /// Writes a number in hexadecimal, as escapes have it.
    mutating func append(hexadecimal number: UInt32, digits: Int) {
        for place in (0..<digits).reversed() {
            let digit = UInt8(number >> (4 * place) & 0xF)
            append(digit < 10 ? UInt8(ascii: "0") + digit : UInt8(ascii: "a") + digit - 10)
        }
    }
}

extension Secret {
    /// The text that a function writes.
    ///
    /// It is called twice, to count and to fill, so that no memory grows and leaves copies of secrets behind.
    ///
    /// - Parameter write: writes the same bytes each time.
    /// - Returns: what it wrote.
    package static func written(_ write: (inout ByteSink) -> Void) -> Secret {
        var measure = ByteSink()
        write(&measure)
        return Secret(byteCount: measure.count) { memory in
            var sink = ByteSink(memory)
            write(&sink)
            return sink.count
        }
    }
}
