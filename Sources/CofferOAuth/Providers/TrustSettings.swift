// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

/// Whom an app trusts beyond the system; set when the app is added, and for that app only.
package struct TrustSettings: Sendable, Codable, Hashable {
    /// Certificate authorities in PEM, *added* to the system's; `nil` for the system's only.
    ///
    /// Added and not instead: a provider may sit behind a private authority and, after a move, behind a public one.
    package var certificateAuthorityPEM: String?
    /// Whether the app's hosts may resolve to private addresses (`--private-network`).
    package var allowsPrivateNetwork: Bool

    /// States the trust; nothing beyond the system by default.
    package init(certificateAuthorityPEM: String? = nil, allowsPrivateNetwork: Bool = false) {
        self.certificateAuthorityPEM = certificateAuthorityPEM
        self.allowsPrivateNetwork = allowsPrivateNetwork
    }
}
