// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

package import CofferCredentials
import CofferOAuth

/// The proof that a report comes from GitHub: what its request carries beside the body, and the keys that GitHub publishes.
///
/// The headers are `Github-Public-Key-Identifier` and `Github-Public-Key-Signature` (GitHub Docs, "Secret scanning partner
/// program"). They prove who wrote the report and not when: an old one can be sent again, and then finds what is past.
package struct LeakReportSignature: Sendable {
    /// Where GitHub publishes its keys.
    package static let keysAddress = "https://api.github.com/meta/public_keys/secret_scanning"

    private let signature: String
    private let keyIdentifier: String
    private let keys: Secret

    /// Takes what came with the report.
    ///
    /// - Parameters:
    ///   - signature: The header's text: DER in base64.
    ///   - keyIdentifier: The other header's text.
    ///   - keys: GitHub's list of keys.
    package init(_ signature: String, keyIdentifier: String, keys: Secret) {
        self.signature = signature
        self.keyIdentifier = keyIdentifier
        self.keys = keys
    }

    /// Checks it over the report as it came, byte for byte.
    ///
    /// - Throws: ``KeeperError`` `invalid` for a list that is none, a key that is not in it, and a signature that is none or wrong.
    package func check(_ report: Secret) throws(KeeperError) {
        guard let published = PublishedKeys(keys) else {
            throw KeeperError(.invalid, "the file of keys is not what \(Self.keysAddress) answers with")
        }
        guard let pem = published.pem(of: keyIdentifier) else {
            throw KeeperError(
                .invalid, "the file of keys has none of that identifier; fetch it again from \(Self.keysAddress)")
        }
        switch MessageSignature.check(signature, of: report, by: pem) {
        case .valid: return
        case .wrong:
            throw KeeperError(
                .invalid, "the signature is not one of this report: it was changed on its way, or is not GitHub's")
        case .unreadable: throw KeeperError(.invalid, "the signature is no ECDSA signature in base64")
        case .unusableKey: throw KeeperError(.invalid, "the key of that identifier is no public key on P-256 in PEM")
        }
    }
}
