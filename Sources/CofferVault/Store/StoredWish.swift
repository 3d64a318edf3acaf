// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

package import CofferCrypto

/// What a reader leaves when it needs a refresh, as stored: nothing of it is checked yet.
package struct StoredWish: Sendable, Equatable {
    /// The connection.
    package let entry: EntryID
    /// Whose wish it claims to be.
    package let signer: SigningPublicKey
    /// The signed form.
    package let body: [UInt8]

    /// Makes a wish from its stored parts.
    package init(entry: EntryID, signer: SigningPublicKey, body: [UInt8]) {
        self.entry = entry
        self.signer = signer
        self.body = body
    }
}
