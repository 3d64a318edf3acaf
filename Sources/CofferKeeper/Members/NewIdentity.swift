// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

import CofferVault

/// What others may know of an identity of one's own, whether or not a vault knows it.
package struct NewIdentity: Sendable, Equatable {
    /// The identity's file; nil if it came from elsewhere.
    package let path: String?
    /// What an owner is sent: `coffer-public-1…`, not secret.
    package let publicText: String
    /// What both sides compare.
    package let fingerprint: String

    init(_ identity: Identity, path: String?) throws(VaultError) {
        self.path = path
        publicText = try PublicIdentityText(of: identity).written()
        fingerprint = identity.publicIdentity.fingerprint
    }

    /// Reads an identity that there is.
    ///
    /// - Throws: as opening a vault with it does.
    package init(reading source: IdentitySource) async throws {
        let path: String? = if case .file(let path) = source { path } else { nil }
        try self.init(await source.read().identity, path: path)
    }
}
