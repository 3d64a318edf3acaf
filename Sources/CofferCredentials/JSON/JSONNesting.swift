// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

/// How deep a JSON text nests, asked before Foundation reads it.
///
/// Its decoder ends the process (Swift 6.3, Linux) where a text breaks off right behind its 513th open bracket.
package enum JSONNesting {
    /// How deep brackets nest outside of strings, at the deepest.
    package static func depth(of bytes: some Sequence<UInt8>) -> Int {
        // Byte by byte through another module's sequence costs more than reading the text does.
        bytes.withContiguousStorageIfAvailable { scan($0) } ?? Array(bytes).withUnsafeBufferPointer { scan($0) }
    }

    private static func scan(_ bytes: UnsafeBufferPointer<UInt8>) -> Int {
        var depth = 0
        var deepest = 0
        var isText = false
        var isEscaped = false
        for byte in bytes {
            if isText {
                if isEscaped {
                    isEscaped = false
                } else if byte == UInt8(ascii: "\\") {
                    isEscaped = true
                } else if byte == UInt8(ascii: "\"") {
                    isText = false
                }
                continue
            }
            switch byte {
            case UInt8(ascii: "\""): isText = true
            case UInt8(ascii: "["), UInt8(ascii: "{"):
                depth += 1
                deepest = max(deepest, depth)
            case UInt8(ascii: "]"), UInt8(ascii: "}"): depth -= 1
            default: break
            }
        }
        return deepest
    }
}
