// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

package import CofferCredentials

/// What the server holds of a client (RFC 7592 §3).
package struct RegisteredClient: Sendable {
    /// The secret in force, if the server tells it.
    package let clientSecret: Secret?
    /// The way to the registration from now on.
    package let access: RegistrationAccess
    /// The metadata.
    let metadata: JSONValue
    /// What was refused in the answer, if anything was.
    package let note: String?
}
