// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

import CofferCredentials

extension Secret {
    /// Whether it can stand on a line: no control characters.
    var isOneLine: Bool { withExposedBytes { bytes in bytes.allSatisfy { $0 >= 0x20 && $0 != 0x7F } } }

    /// Refuses what can't stand in a header of HTTP as a token (RFC 6750 §2.1).
    ///
    /// - Throws: ``ToolFailure`` `unusable_secret`, which says nothing of it.
    func requireToken() throws(ToolFailure) {
        guard !isEmpty, withExposedBytes({ $0.allSatisfy { (0x21...0x7E).contains($0) } }) else {
            throw ToolFailure(.unusableSecret, "what is kept is no token: it is empty, or no header can hold it")
        }
    }

    /// One behind the other, in memory of their own, so that nothing of them lies elsewhere.
    static func joined(_ parts: [Secret]) -> Secret {
        Secret(byteCount: parts.reduce(0) { $0 + $1.byteCount }) { memory in
            var count = 0
            for part in parts {
                part.withExposedBytes { bytes in
                    UnsafeMutableRawBufferPointer(rebasing: memory[count...]).copyMemory(from: bytes)
                }
                count += part.byteCount
            }
            return count
        }
    }

    /// This and another one behind it.
    func followed(by other: Secret) -> Secret { .joined([self, other]) }

    /// In double quotes, with a backslash before each `"` and each `\`.
    func inQuotes() -> Secret {
        withExposedBytes { bytes in
            let isMarked = { (byte: UInt8) in byte == UInt8(ascii: "\"") || byte == UInt8(ascii: "\\") }
            return Secret(byteCount: bytes.count + bytes.count(where: isMarked) + 2) { memory in
                var count = 0
                let append = { (byte: UInt8) in
                    memory[count] = byte
                    count += 1
                }
                append(UInt8(ascii: "\""))
                for byte in bytes {
                    if isMarked(byte) { append(UInt8(ascii: "\\")) }
                    append(byte)
                }
                append(UInt8(ascii: "\""))
                return count
            }
        }
    }
}
