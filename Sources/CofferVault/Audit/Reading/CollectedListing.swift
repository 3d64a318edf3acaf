// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

/// An event that came home from a bundle.
package struct CollectedListing: Sendable {
    /// The bundle.
    package let bundle: VaultID
    /// The name of the identity that it was made for.
    package let name: String
    /// The event's number in the bundle's chain.
    package let sequence: UInt64
    /// The body.
    package let record: AuditRecord
}
