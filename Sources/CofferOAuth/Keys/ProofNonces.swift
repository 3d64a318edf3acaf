// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

internal import CofferCredentials
internal import Synchronization

/// The nonces that servers gave last, for the next proof (RFC 9449 §8, §9).
///
/// An authorization server's and an API's are different ones even at the same address.
package final class ProofNonces: Sendable {
    /// Who gave a nonce.
    package enum Giver: String, Sendable {
        /// A token endpoint or one beside it.
        case authorizationServer = "as"
        /// An API.
        case resourceServer = "rs"
    }

    /// How many servers are remembered: 256; one that is forgotten asks again, once.
    private static let capacity = 256
    /// The longest nonce that is believed: 1 KiB; it goes back in a header.
    private static let longest = 1024

    private let known = Mutex<[String: String]>([:])

    /// Remembers none.
    package init() {}

    /// What a server gave last.
    package func last(_ giver: Giver, at destination: EndpointURL) -> String? {
        known.withLock { $0[Self.place(giver, destination)] }
    }

    /// Remembers what a server gave.
    ///
    /// - Returns: whether it could be a nonce (RFC 9449 §8.1: printable, without quotes and backslashes).
    @discardableResult
    package func keep(_ nonce: String, _ giver: Giver, at destination: EndpointURL) -> Bool {
        guard (1...Self.longest).contains(nonce.utf8.count), nonce.utf8.allSatisfy(\.isNQCHAR) else { return false }
        known.withLock { known in
            if known.count >= Self.capacity { known = [:] }
            known[Self.place(giver, destination)] = nonce
        }
        return true
    }

    /// Remembers what stands in an answer, and says whether the request is to be repeated with it: refused with
    /// `use_dpop_nonce`, which is before anything of it was processed (RFC 9449 §8).
    func isDemanded(by answer: HTTPAnswer, _ giver: Giver, at destination: EndpointURL) -> Bool {
        guard let nonce = answer.header("DPoP-Nonce"), keep(nonce, giver, at: destination) else { return false }
        switch giver {
        case .authorizationServer:
            guard answer.status == 400 || answer.status == 401 else { return false }
            let reading = JSONReader.read(answer.body)
            return reading.isWhole && reading.value?["error"]?.plainText == "use_dpop_nonce"
        case .resourceServer:
            return answer.status == 401 && answer.challenges(with: "use_dpop_nonce")
        }
    }

    private static func place(_ giver: Giver, _ destination: EndpointURL) -> String {
        "\(giver.rawValue) \(destination.scheme)://\(destination.authority)"
    }
}
