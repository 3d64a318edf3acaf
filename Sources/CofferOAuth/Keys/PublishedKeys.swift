// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

package import CofferCredentials

/// The public keys that GitHub signs its alerts with, as its page lists them: `{"public_keys":[{"key_identifier":…,"key":…}]}`.
///
/// Read from a file of the operator's, who got it from `https://api.github.com/meta/public_keys/secret_scanning` (GitHub Docs,
/// "Secret scanning partner program", section "Implement signature verification in your secret alert service").
package struct PublishedKeys: Sendable {
    private let keys: [(id: String, pem: String)]

    /// Reads the list.
    ///
    /// - Returns: nil for anything else.
    package init?(_ text: Secret) {
        let reading = JSONReader.read(text)
        guard reading.isWhole, case .array(let listed)? = reading.value?["public_keys"] else { return nil }
        var keys: [(id: String, pem: String)] = []
        for key in listed {
            guard let id = key["key_identifier"]?.plainText, let pem = key["key"]?.plainText else { return nil }
            keys.append((id, pem))
        }
        self.keys = keys
    }

    /// The key of that identifier, in PEM; one that is no longer current has signed what it signed.
    package func pem(of id: String) -> String? { keys.first { $0.id == id }?.pem }
}
