// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

package import CofferCredentials
import JWTKit

#if canImport(FoundationEssentials)
import FoundationEssentials
#else
import Foundation
#endif

/// A private key that signs JWTs: an app's own (RFC 7523) or a connection's (RFC 9449).
///
/// It is kept as PEM and taken apart for each signature; the copies that the libraries make of it meanwhile are theirs.
package struct SigningKey: Sendable, Equatable {
    /// How it signs, which its kind decides (RFC 7518 §3.1, RFC 8037 §3.1).
    package enum Algorithm: String, Sendable, CaseIterable {
        /// ECDSA with P-256: what RFC 9449 §4.2 and most servers know.
        case es256 = "ES256"
        /// Ed25519.
        case eddsa = "EdDSA"
        /// RSA with PKCS #1 v1.5, which is what servers know of RSA.
        case rs256 = "RS256"
    }

    private enum Kind {
        case p256(ES256PrivateKey)
        case ed25519(EdDSA.PrivateKey)
        case rsa(Insecure.RSA.PrivateKey)
    }

    /// The key in PEM: PKCS #8, or SEC 1 and PKCS #1 as OpenSSL writes them.
    package let pem: Secret
    /// How it signs.
    package let algorithm: Algorithm
    /// Its public half.
    package let publicKey: PublicJWK

    /// Reads a key in PEM.
    ///
    /// - Throws: `configuration` if it is none of the three kinds, encrypted, or an RSA key of less than 2,048 bits.
    package init(pem: Secret) throws(OAuthError) {
        let kind = try Self.kind(of: pem)
        self.pem = pem
        algorithm =
            switch kind {
            case .p256: .es256
            case .ed25519: .eddsa
            case .rsa: .rs256
            }
        publicKey = try Self.publicKey(of: kind)
    }

    /// Makes a key: P-256, or Ed25519; an RSA key is made elsewhere and given as PEM.
    ///
    /// - Throws: `unsupported` for RSA.
    package static func generate(_ algorithm: Algorithm = .es256) throws(OAuthError) -> SigningKey {
        switch algorithm {
        case .es256: return try SigningKey(pem: Secret(ES256PrivateKey().pemRepresentation))
        case .eddsa:
            guard let key = try? EdDSA.PrivateKey() else { throw unreadable }
            return try SigningKey(pem: Secret(key.pemRepresentation))
        case .rs256: throw OAuthError(.unsupported, "An RSA key is not made here; give one in PEM.")
        }
    }

    /// Signs a JWT (RFC 7515 §5.1).
    ///
    /// - Parameters:
    ///   - payload: its claims.
    ///   - header: what stands in its header besides `alg`; `typ` is `JWT` unless told.
    /// - Returns: the JWT.
    /// - Throws: `configuration` if the key can't sign, which one that was read can.
    func sign(_ payload: some JWTPayload, header: JWTHeader) async throws -> Secret {
        let keys = JWTKeyCollection()
        switch try Self.kind(of: pem) {
        case .p256(let key): await keys.add(ecdsa: key)
        case .ed25519(let key): await keys.add(eddsa: key)
        case .rsa(let key): await keys.add(rsa: key, digestAlgorithm: .sha256)
        }
        do {
            return Secret(try await keys.sign(payload, header: header))
        } catch {
            // What a library says of a key it can't use is not passed on.
            throw Self.unreadable
        }
    }

    private static func kind(of pem: Secret) throws(OAuthError) -> Kind {
        let kind = pem.withExposedText { text -> Kind? in
            if let key = try? ES256PrivateKey(pem: text) { return .p256(key) }
            if let key = try? EdDSA.PrivateKey(pem: text) { return .ed25519(key) }
            return (try? Insecure.RSA.PrivateKey(pem: text)).map { .rsa($0) }
        }
        guard let kind else { throw unreadable }
        return kind
    }

    private static func publicKey(of kind: Kind) throws(OAuthError) -> PublicJWK {
        switch kind {
        case .p256(let key):
            guard let point = key.publicKey.parameters, let x = Data(base64Encoded: point.x),
                let y = Data(base64Encoded: point.y)
            else { throw unreadable }
            return .p256(x: x.base64URLEncodedString(), y: y.base64URLEncodedString())
        case .ed25519(let key): return .ed25519(x: key.publicKey.rawRepresentation.base64URLEncodedString())
        case .rsa(let key):
            guard let numbers = try? key.publicKey.getKeyPrimitives() else { throw unreadable }
            return .rsa(
                n: numbers.modulus.base64URLEncodedString(), e: numbers.publicExponent.base64URLEncodedString())
        }
    }

    private static var unreadable: OAuthError {
        OAuthError(
            .configuration, "The key is no private key in PEM that signs: P-256, Ed25519, or RSA of 2,048 bits or more."
        )
    }
}
