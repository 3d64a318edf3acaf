// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

package import CofferCredentials

/// How the replacement of a `client_secret` through RFC 7592 ended.
package enum SecretReplacementOutcome: Sendable, Equatable {
    /// A new one is in force; the note says what was refused in the answer, if anything was.
    case replaced(Secret, note: String?)
    /// The server keeps the old one, or tells none: a person or a program must replace it.
    case noNewSecret(note: String?)
}
