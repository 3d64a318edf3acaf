// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

package import CofferCrypto

/// A member's identity sealed under a passphrase, as stored: nothing of it is checked yet.
package struct StoredPassphraseBox: Sendable, Equatable {
    /// Whose identity it claims to be.
    package let signer: SigningPublicKey
    /// The encoded box with its parameters.
    package let body: [UInt8]

    /// Makes a box from its stored parts.
    package init(signer: SigningPublicKey, body: [UInt8]) {
        self.signer = signer
        self.body = body
    }
}
