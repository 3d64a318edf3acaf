// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

/// Signs proofs of possession for requests with a token that is bound to a key (RFC 9449), without showing the key.
///
/// A conformer may be called from any task, any number of times at once.
package protocol ProofSigner: Sendable {
    /// Signs a proof for one request.
    ///
    /// - Parameters:
    ///   - method: the method of the request.
    ///   - url: its URL.
    ///   - accessToken: the token that the request carries.
    ///   - nonce: what the server gave last, if the caller knows; it is remembered for that server.
    /// - Returns: the value of the header `DPoP`.
    /// - Throws: ``CredentialError`` `misconfigured`.
    func proof(method: String, url: String, accessToken: Secret, nonce: String?) async throws -> String
}
