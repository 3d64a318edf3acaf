// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

package import CofferCredentials

/// Where a connection's API is, and what must be known to call it.
package struct AccountPlace: Sendable, Equatable {
    /// The connection.
    package let path: CredentialPath
    /// Whose API it is.
    package let providerID: String
    /// The account's own host, with a port if it has one; nil where the vendor has one host for all.
    package let host: String?
    /// Certificate authorities in PEM that the app believes besides the system's; nil also for a reader, who does not see it.
    package let certificateAuthorityPEM: String?
}
