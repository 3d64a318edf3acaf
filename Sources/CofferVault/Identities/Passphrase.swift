// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

package import CofferCredentials
package import CofferCrypto

/// Proposes passphrases that nobody guesses.
package enum Passphrase {
    /// The strength of a proposed passphrase in bits: 30 characters of 5 bits.
    package static let proposedBits = 150
    private static let groups = 6
    private static let charactersPerGroup = 5
    /// Crockford's base32 in lower case: without i, l, o and u, which are mistaken for others.
    /// See https://www.crockford.com/base32.html
    private static let alphabet = Array("0123456789abcdefghjkmnpqrstvwxyz".utf8)

    /// A fresh one: six groups of five characters, as in `7h2kq-…-x09ta`, of ``proposedBits`` bits.
    ///
    /// - Returns: The passphrase.
    /// - Throws: ``CryptoError/unavailable`` if there is no guarded memory.
    package static func proposed() throws(CryptoError) -> Secret {
        let count = groups * charactersPerGroup
        // 256 is a multiple of 32, so that the lower five bits of a random byte are evenly spread.
        let random = try SecretMemory.random(byteCount: count)
        return random.withExposedBytes { random in
            Secret(byteCount: count + groups - 1) { (target: UnsafeMutableRawBufferPointer) in
                var position = 0
                for (index, byte) in random.enumerated() {
                    if index > 0, index.isMultiple(of: charactersPerGroup) {
                        target[position] = UInt8(ascii: "-")
                        position += 1
                    }
                    target[position] = alphabet[Int(byte & 31)]
                    position += 1
                }
                return position
            }
        }
    }
}
