// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

package import CofferCredentials
package import Foundation

/// What is known of a leak: where the search for what must be replaced begins.
package enum LeakScope: Sendable {
    /// A string that was found somewhere.
    case string(Secret)
    /// The tokens of a connection.
    case connection(CredentialPath)
    /// Whatever the identity of this name could read.
    case identity(String)
    /// Whatever was handed to anybody from then on.
    case since(Date)
}
