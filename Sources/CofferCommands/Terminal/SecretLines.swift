// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

import CofferCredentials

/// The lines of an input that holds secrets, taken apart without a copy that is not wiped.
enum SecretLines {
    /// Splits at line breaks, `\n` or `\r\n`; one at the end begins no further line.
    static func split(_ contents: Secret) -> [Secret] {
        contents.withExposedBytes { bytes in
            var lines: [Secret] = []
            var rest = bytes[...]
            while !rest.isEmpty {
                let end = rest.firstIndex(of: 0x0A) ?? rest.endIndex
                var line = rest[..<end]
                if end < rest.endIndex, line.last == 0x0D { line = line.dropLast() }
                lines.append(Secret(bytes: UnsafeRawBufferPointer(rebasing: line)))
                rest = rest[min(end + 1, rest.endIndex)...]
            }
            return lines
        }
    }

    /// Whether a secret is UTF-8 without control characters.
    static func isText(_ secret: Secret) -> Bool {
        secret.withExposedBytes { bytes in
            var decoder = UTF8()
            var source = bytes.makeIterator()
            while true {
                switch decoder.decode(&source) {
                case .scalarValue(let scalar):
                    if scalar.properties.generalCategory == .control { return false }
                case .emptyInput:
                    return true
                case .error:
                    return false
                }
            }
        }
    }
}
