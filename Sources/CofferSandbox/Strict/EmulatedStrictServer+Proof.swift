// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

import Crypto
import Foundation
import Synchronization

extension EmulatedStrictServer {
    /// For how long a nonce is good.
    private static let nonceLifetime = Duration.seconds(300)
    /// How far the `iat` of a proof may be off (RFC 9449 §11.1: seconds or minutes).
    private static let proofTolerance: TimeInterval = 300

    /// What a nonce is good for: those of the authorization server and of the API are kept apart (RFC 9449 §8, §9).
    enum NonceUse: String {
        /// At `/token`.
        case tokens
        /// At `/userinfo`.
        case api
    }

    /// A nonce that is good now (RFC 9449 §8).
    func presentNonce(_ use: NonceUse, _ terms: Terms) -> String {
        state.withLock { state in
            state.nonces = state.nonces.filter { terms.now < $0.value }
            // Another one while the older is still good, so that nobody runs into its end.
            let young = state.nonces.first {
                $0.key.hasPrefix(use.rawValue) && terms.now.adding(.seconds(60)) < $0.value
            }
            if let young { return young.key }
            let nonce = "\(use.rawValue)-\(OpaqueText.hex(byteCount: 16))"
            state.nonces[nonce] = terms.now.adding(Self.nonceLifetime)
            return nonce
        }
    }

    /// The thumbprint of the key that a request proves (RFC 9449 §4.3); `nil` without a proof.
    ///
    /// - Parameters:
    ///   - request: what may hold the proof.
    ///   - terms: by what time it is judged.
    ///   - accessToken: the token that is presented along with it, to an API.
    ///   - service: the sandbox.
    /// - Returns: the thumbprint (RFC 7638).
    /// - Throws: `invalid_dpop_proof` or `use_dpop_nonce`.
    func provenKey(
        _ request: ParsedRequest, _ terms: Terms, accessToken: String?, in service: SandboxService
    ) throws(StrictRefusal) -> String? {
        let status = accessToken == nil ? 400 : 401
        let use = accessToken == nil ? NonceUse.tokens : .api
        func refused(_ why: String) -> StrictRefusal {
            StrictRefusal("invalid_dpop_proof", "The proof \(why).", status: status, headers: challenge(nil, status))
        }
        let proofs = request.headers.filter { $0.name == "dpop" }
        guard let text = proofs.first?.value else {
            guard accessToken == nil else { throw refused("is missing") }
            return nil
        }
        guard proofs.count == 1, let proof = SignedText(text) else { throw refused("is no JWT") }
        guard proof.header.typ == "dpop+jwt", let key = proof.header.jwk, !key.isPrivate else {
            throw refused("is of another type, or its key is not the public one")
        }
        guard proof.isSigned(by: key) else { throw refused("is not signed by its key") }
        let claims = proof.claims
        guard claims.htm == request.method, claims.htu == "https://\(request.host)\(request.path)" else {
            throw refused("is for another request")
        }
        guard let nonce = claims.nonce, nonce.hasPrefix(use.rawValue),
            state.withLock({ $0.nonces[nonce].map { terms.now < $0 } }) == true
        else {
            let fresh = presentNonce(use, terms)
            throw StrictRefusal(
                "use_dpop_nonce", "The proof needs this nonce (RFC 9449 section 8).", status: status,
                headers: [("DPoP-Nonce", fresh)] + challenge("use_dpop_nonce", status))
        }
        guard let issued = claims.iat, abs(issued - terms.now.timeIntervalSince1970) <= Self.proofTolerance else {
            throw refused("is too old or too new")
        }
        if let accessToken {
            let hash = Base64URL.text(Data(SHA256.hash(data: Data(accessToken.utf8))))
            guard claims.ath == hash else { throw refused("is for another token") }
        }
        guard let id = claims.jti, isNew("proof \(key.thumbprint) \(id)") else { throw refused("was used before") }
        return key.thumbprint
    }

    private func challenge(_ error: String?, _ status: Int) -> [(name: String, value: String)] {
        status == 401 ? [("WWW-Authenticate", "DPoP error=\"\(error ?? "invalid_dpop_proof")\"")] : []
    }
}
