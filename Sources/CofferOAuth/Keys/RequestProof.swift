// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

package import CofferCredentials
internal import Crypto
internal import JWTKit

#if canImport(FoundationEssentials)
package import FoundationEssentials
#else
package import Foundation
#endif

/// A proof that whoever sends a request holds the key that its token is bound to (RFC 9449 §4.2).
struct RequestProof: JWTPayload {
    let htm: String
    let htu: String
    let iat: Int
    let jti: String
    let ath: String?
    let nonce: String?

    /// Nothing is verified here: this side only signs.
    func verify(using algorithm: some JWTAlgorithm) {}
}

extension SigningKey {
    /// Signs a proof for one request (RFC 9449 §4.2), with a fresh id.
    ///
    /// - Parameters:
    ///   - method: the method of the request.
    ///   - url: where it goes; the query stays out (RFC 9449 §4.2 `htu`).
    ///   - accessToken: the token that the request carries; `nil` at the token endpoint.
    ///   - nonce: what the server gave last.
    ///   - now: the time of day.
    /// - Returns: the value of the header `DPoP`.
    /// - Throws: as signing does.
    package func proof(
        method: String, url: EndpointURL, accessToken: Secret? = nil, nonce: String?, now: Date
    ) async throws -> String {
        let proof = RequestProof(
            htm: method, htu: "\(url.scheme)://\(url.authority)\(url.path)", iat: Int(now.timeIntervalSince1970),
            jti: ClientAssertion.randomIdentifier(),
            ath: accessToken?.withExposedBytes { Data(SHA256.hash(data: $0)).base64URLEncodedString() }, nonce: nonce)
        let header = JWTHeader(fields: ["typ": "dpop+jwt", "jwk": publicKey.header])
        return try await sign(proof, header: header).withExposedText { String($0) }
    }
}
