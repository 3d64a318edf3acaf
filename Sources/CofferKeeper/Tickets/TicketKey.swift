// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

package import CofferCredentials
import CofferCrypto

/// The key by which an agent knows its tickets, for as long as it lives: what it keeps of a ticket is a keyed hash
/// (`crypto_generichash`), of no use to anybody without this key and to nobody once it is gone.
package final class TicketKey: Sendable {
    /// A ticket's hash, compared in constant time (`sodium_memcmp`).
    package struct Tag: Sendable, Equatable {
        private let digest: Digest

        fileprivate init(_ digest: Digest) { self.digest = digest }
    }

    /// What every ticket begins with, so that one that has leaked is known for what it is.
    private static let prefix = "coffer-ticket-1"

    /// How much of it is random: 32 bytes, which nobody guesses.
    private static let byteCount = 32

    private let key: SecretKey<Hashing>

    /// Makes a key.
    ///
    /// - Throws: `CryptoError` if there is no memory for it.
    package init() throws {
        key = try SecretKey<Hashing>.random()
    }

    /// Makes a ticket: text of the characters that a bearer token has (RFC 6750 §2.1).
    ///
    /// - Throws: `CryptoError` if there is no memory for it.
    package static func newTicket() throws -> Secret {
        let text = try Base64URL.encode(SecretMemory.random(byteCount: byteCount))
        return text.withExposedBytes { bytes in
            Secret(byteCount: prefix.utf8.count + bytes.count) { target in
                target.copyBytes(from: prefix.utf8)
                UnsafeMutableRawBufferPointer(rebasing: target[prefix.utf8.count...]).copyMemory(from: bytes)
                return target.count
            }
        }
    }

    /// The hash of what should be a ticket.
    ///
    /// - Throws: `CryptoError`.
    package func tag(_ ticket: Secret) throws -> Tag {
        let digest = try ticket.withExposedBytes { bytes in try key.tag(bytes) }
        return Tag(digest)
    }
}
