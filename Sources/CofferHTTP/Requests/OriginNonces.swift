// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

import CofferCredentials
import NIOHTTP1
import Synchronization

/// What APIs want in the next proof of a bound token (RFC 9449 §9), by origin.
final class OriginNonces: Sendable {
    /// What a 401 says of a request that carried a proof.
    enum Complaint: Sendable, Equatable {
        /// The proof must hold a nonce, or another one: nothing was processed, and the token is good.
        case nonce
        /// The proof is none that the server takes; the token was not judged.
        case proof
    }

    /// How many origins are remembered: 256; one that is forgotten asks again, once.
    private static let capacity = 256

    private let known = Mutex<[APIOrigin: String]>([:])

    /// What an origin gave last.
    func last(_ origin: APIOrigin) -> String? { known.withLock { $0[origin] } }

    /// Remembers the nonce of an answer, and says what the answer complains of, if not of the token.
    func heed(_ status: HTTPResponseStatus, _ headers: HTTPHeaders, from origin: APIOrigin) -> Complaint? {
        let nonce = headers.first(name: "DPoP-Nonce").flatMap { Self.isNonce($0) ? $0 : nil }
        if let nonce {
            known.withLock { known in
                if known.count >= Self.capacity { known = [:] }
                known[origin] = nonce
            }
        }
        guard status == .unauthorized else { return nil }
        let challenges = headers["WWW-Authenticate"].joined(separator: ", ")
        if challenges.contains("use_dpop_nonce") { return nonce == nil ? .proof : .nonce }
        return challenges.contains("invalid_dpop_proof") ? .proof : nil
    }

    /// RFC 9449 §8.1: printable, without quotes and backslashes; 1 KiB at most, as it goes back in a header.
    private static func isNonce(_ text: String) -> Bool {
        (1...1024).contains(text.utf8.count) && text.utf8.allSatisfy(\.isNQCHAR)
    }
}
