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

    /// Opens an event; nil if it can't be read or was not sealed to this identity.
    init?(_ bytes: [UInt8], of bundle: VaultID, in state: VaultState) {
        guard let event = try? AuditEvent(decoding: bytes), let record = try? event.record(openedBy: state.identity)
        else { return nil }
        self.bundle = bundle
        name = state.name(of: event.signer) ?? "unknown"
        sequence = event.sequence
        self.record = record
    }
}
