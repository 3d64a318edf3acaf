// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

import CofferCredentials

extension Secret {
    /// Whether a byte is somewhere in it.
    func contains(_ byte: UInt8) -> Bool { withExposedBytes { $0.contains(byte) } }

    /// Whether it is UTF-8 (RFC 3629).
    var isText: Bool { forEachScalar { _ in } }

    /// Calls a function with each character, until a byte is no UTF-8.
    ///
    /// - Returns: whether all of it was.
    @discardableResult
    func forEachScalar(_ body: (Unicode.Scalar) -> Void) -> Bool {
        withExposedBytes { bytes in
            // Decoded where it lies: a String would be a copy that nobody wipes.
            var codec = UTF8()
            var iterator = bytes.makeIterator()
            while true {
                switch codec.decode(&iterator) {
                case .scalarValue(let scalar): body(scalar)
                case .emptyInput: return true
                case .error: return false
                }
            }
        }
    }
}
