// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

import Crypto
import Foundation

/// A public key as a JWK (RFC 7517), P-256 or Ed25519.
struct PublicKey: Sendable, Decodable, Equatable {
    private let kty: String
    private let crv: String
    private let x: String
    private let y: String?
    /// There only in a key that should not have been sent.
    private let d: String?

    /// Whether it holds its private half, which no proof may (RFC 9449 §4.3).
    var isPrivate: Bool { d != nil }

    /// The thumbprint (RFC 7638 §3), base64url.
    var thumbprint: String {
        let text =
            y.map { "{\"crv\":\"\(crv)\",\"kty\":\"\(kty)\",\"x\":\"\(x)\",\"y\":\"\($0)\"}" }
            ?? "{\"crv\":\"\(crv)\",\"kty\":\"\(kty)\",\"x\":\"\(x)\"}"
        return Base64URL.text(Data(SHA256.hash(data: Data(text.utf8))))
    }

    /// Whether a signature is this key's.
    func hasSigned(_ text: Data, signature: Data, algorithm: String) -> Bool {
        switch (kty, crv, algorithm) {
        case ("EC", "P-256", "ES256"):
            guard let x = Base64URL.data(x), let y = y.flatMap({ Base64URL.data($0) }), x.count == 32, y.count == 32,
                let key = try? P256.Signing.PublicKey(rawRepresentation: x + y),
                let signature = try? P256.Signing.ECDSASignature(rawRepresentation: signature)
            else { return false }
            return key.isValidSignature(signature, for: text)
        case ("OKP", "Ed25519", "EdDSA"), ("OKP", "Ed25519", "Ed25519"):
            guard let x = Base64URL.data(x), let key = try? Curve25519.Signing.PublicKey(rawRepresentation: x) else {
                return false
            }
            return key.isValidSignature(signature, for: text)
        default: return false
        }
    }
}
