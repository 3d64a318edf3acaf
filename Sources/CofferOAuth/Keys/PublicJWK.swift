// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

internal import Crypto
internal import JWTKit

#if canImport(FoundationEssentials)
internal import FoundationEssentials
#else
internal import Foundation
#endif

/// A public key as a JWK (RFC 7517 §4), in base64url without padding.
package enum PublicJWK: Sendable, Equatable {
    /// A point on P-256 (RFC 7518 §6.2.1).
    case p256(x: String, y: String)
    /// A key for Ed25519 (RFC 8037 §2).
    case ed25519(x: String)
    /// Modulus and exponent (RFC 7518 §6.3.1).
    case rsa(n: String, e: String)

    /// The members that make the key, in the order of their names.
    package var members: [(name: String, value: String)] {
        switch self {
        case .p256(let x, let y): [("crv", "P-256"), ("kty", "EC"), ("x", x), ("y", y)]
        case .ed25519(let x): [("crv", "Ed25519"), ("kty", "OKP"), ("x", x)]
        case .rsa(let n, let e): [("e", e), ("kty", "RSA"), ("n", n)]
        }
    }

    /// The thumbprint with SHA-256 (RFC 7638 §3): of the members above, without white space.
    package var thumbprint: String {
        Data(SHA256.hash(data: Data(Self.object(members).utf8))).base64URLEncodedString()
    }

    /// The key for a JWT's header (RFC 7515 §4.1.3).
    var header: JWTHeaderField {
        .object(Dictionary(uniqueKeysWithValues: members.map { ($0.name, JWTHeaderField.string($0.value)) }))
    }

    private static func object(_ members: [(name: String, value: String)]) -> String {
        // Base64url and words of ours; a key's name is checked when it is given.
        "{" + members.map { "\"\($0.name)\":\"\($0.value)\"" }.joined(separator: ",") + "}"
    }
}
