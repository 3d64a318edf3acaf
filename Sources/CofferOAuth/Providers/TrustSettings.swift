// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

/// Whom an app trusts beyond the system, and what it shows of itself; set when the app is added, and for that app only.
package struct TrustSettings: Sendable, Hashable {
    /// Certificate authorities in PEM, *added* to the system's; `nil` for the system's only.
    ///
    /// Added and not instead: a provider may sit behind a private authority and, after a move, behind a public one.
    package var certificateAuthorityPEM: String?
    /// Whether the app's hosts may resolve to private addresses (`--private-network`).
    package var allowsPrivateNetwork: Bool
    /// What is shown to a server that asks for a certificate (RFC 8705): by every connection of the app's, so that a token
    /// that is bound to it works wherever the app itself calls.
    package var clientCertificate: ClientCertificate?

    /// States the trust; nothing beyond the system by default.
    package init(
        certificateAuthorityPEM: String? = nil, allowsPrivateNetwork: Bool = false,
        clientCertificate: ClientCertificate? = nil
    ) {
        self.certificateAuthorityPEM = certificateAuthorityPEM
        self.allowsPrivateNetwork = allowsPrivateNetwork
        self.clientCertificate = clientCertificate
    }
}
