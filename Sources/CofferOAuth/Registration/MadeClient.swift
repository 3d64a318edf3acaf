// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

/// A client that a server has registered (RFC 7591 §3.2.1).
package struct MadeClient: Sendable {
    /// The registration, to be sealed at once.
    package let registration: ClientRegistration
    /// What is other than was asked for and still of use, a sentence each.
    package let notes: [String]
}
