// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

/// How a refresh, or the lack of need for one, ended well.
package struct RefreshedGrant: Sendable {
    /// The grant as it is now; its access token is durable.
    package let snapshot: GrantSnapshot

    /// Whether this flight brought a new pair, rather than finding one that serves.
    package let isRenewed: Bool

    /// A sentence for standard error when the token serves, but not as asked.
    package let note: String?
}
