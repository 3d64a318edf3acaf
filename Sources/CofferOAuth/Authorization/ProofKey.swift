// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

package import CofferCredentials
import Crypto

#if canImport(FoundationEssentials)
import FoundationEssentials
#else
import Foundation
#endif

/// The proof key that binds an authorization code to whoever asked for it (PKCE, RFC 7636), method `S256` only.
package struct ProofKey: Sendable {
    /// What is shown when the code is exchanged.
    package let verifier: Secret

    /// `BASE64URL(SHA256(verifier))`, which goes into the authorization request (RFC 7636 §4.2).
    package let challenge: String

    /// A key with a known verifier.
    package init(verifier: Secret) {
        self.verifier = verifier
        challenge = verifier.withExposedBytes { Data(SHA256.hash(data: $0)).base64URLEncodedString() }
    }

    /// A key from 32 random bytes, 43 characters (RFC 7636 §4.1 recommends it).
    package init(randomBytes: some Sequence<UInt8>) {
        self.init(verifier: Secret(Data(randomBytes).base64URLEncodedString()))
    }
}

extension Data {
    /// Base64 with the URL-safe alphabet and no padding (RFC 4648 §5).
    func base64URLEncodedString() -> String {
        String(
            base64EncodedString().compactMap { character -> Character? in
                switch character {
                case "+": "-"
                case "/": "_"
                case "=": nil
                default: character
                }
            })
    }
}
