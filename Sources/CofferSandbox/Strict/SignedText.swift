// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

import Foundation

/// A JWT that a client signed (RFC 7519): an assertion or a proof.
struct SignedText: Sendable {
    /// Its header.
    struct Header: Sendable, Decodable {
        let typ: String?
        let alg: String
        let jwk: PublicKey?
    }

    /// What it says; all that RFC 7523 §3 and RFC 9449 §4.2 name.
    struct Claims: Sendable, Decodable {
        let iss: String?
        let sub: String?
        let aud: Audience?
        let exp: Double?
        let nbf: Double?
        let iat: Double?
        let jti: String?
        let htm: String?
        let htu: String?
        let ath: String?
        let nonce: String?
    }

    /// One audience or several (RFC 7519 §4.1.3).
    struct Audience: Sendable, Decodable {
        let all: [String]

        init(from decoder: any Decoder) throws {
            let container = try decoder.singleValueContainer()
            if let one = try? container.decode(String.self) {
                all = [one]
            } else {
                all = try container.decode([String].self)
            }
        }
    }

    let header: Header
    let claims: Claims
    private let signed: Data
    private let signature: Data

    /// Reads a JWT; `nil` if it is none.
    init?(_ text: String) {
        let parts = text.split(separator: ".", omittingEmptySubsequences: false)
        guard parts.count == 3, let head = Base64URL.data(parts[0]), let body = Base64URL.data(parts[1]),
            let signature = Base64URL.data(parts[2]),
            let header = try? JSONDecoder().decode(Header.self, from: head),
            let claims = try? JSONDecoder().decode(Claims.self, from: body)
        else { return nil }
        self.header = header
        self.claims = claims
        self.signature = signature
        signed = Data("\(parts[0]).\(parts[1])".utf8)
    }

    /// Whether a key signed it.
    func isSigned(by key: PublicKey) -> Bool {
        key.hasSigned(signed, signature: signature, algorithm: header.alg)
    }
}
