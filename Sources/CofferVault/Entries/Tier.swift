// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

/// Which key a box is sealed under.
package enum Tier: UInt8, Sendable {
    /// What readers open: access tokens, static secrets, names.
    case use = 1
    /// What issuers open: client secrets, refresh tokens, and whatever decides where a secret is sent.
    case issue = 2
}
