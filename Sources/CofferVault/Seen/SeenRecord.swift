// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

package import CofferCrypto

/// What one identity has seen of a vault on this machine: no older state of the vault is believed afterwards.
///
/// Heads come in two kinds. A *lasting* one was in the store when a synced commit ended, so that not even a power cut
/// takes it back. A *recent* one may still be lost with the power (events of reading are not synced), and is held
/// against the store only until the machine starts anew.
package struct SeenRecord: Sendable, Equatable {
    /// The newest manifest.
    package var pin: Pin
    /// The epoch of the restoration that the heads stand after; 0 for none.
    package var restoredAt: UInt64
    /// Heads that no power cut takes back.
    package var lasting: [SigningPublicKey: AuditHead]
    /// Heads seen since the machine was started.
    package var recent: [SigningPublicKey: AuditHead]
    /// Which start of the machine that was; zeros where the system does not say.
    package var boot: BootID
    /// The highest taint of each app; of each static secret that leaked, when the value that did was stored, in
    /// milliseconds since 1970.
    package var taints: [EntryID: Int64]

    /// Makes a record.
    package init(
        pin: Pin, restoredAt: UInt64 = 0, lasting: [SigningPublicKey: AuditHead] = [:],
        recent: [SigningPublicKey: AuditHead] = [:], boot: BootID = .unknown, taints: [EntryID: Int64] = [:]
    ) {
        self.pin = pin
        self.restoredAt = restoredAt
        self.lasting = lasting
        self.recent = recent
        self.boot = boot
        self.taints = taints
    }

    /// The heads that the store must still have.
    package func enforced(in present: BootID) -> [AuditHead] {
        Array(lasting.values) + (boot == present && boot != .unknown ? Array(recent.values) : [])
    }

    /// Joins two records of one vault; nothing goes back.
    ///
    /// - Parameter later: The one that was made later, whose start of the machine counts.
    /// - Returns: the newer of each.
    package func merged(with later: SeenRecord) -> SeenRecord {
        var merged = later
        if pin.epoch > later.pin.epoch { merged.pin = pin }
        merged.taints = taints.merging(later.taints, uniquingKeysWith: max)
        if restoredAt > later.restoredAt {
            // Heads from before a restoration no longer say anything.
            merged.restoredAt = restoredAt
            merged.lasting = lasting
            merged.recent = recent
            merged.boot = boot
        } else if restoredAt == later.restoredAt {
            merged.lasting = lasting.merging(later.lasting, uniquingKeysWith: Self.newer)
            if boot == later.boot { merged.recent = recent.merging(later.recent, uniquingKeysWith: Self.newer) }
        }
        merged.recent = merged.recent.filter { signer, head in
            merged.lasting[signer].map { head.sequence > $0.sequence } ?? true
        }
        return merged
    }

    private static func newer(_ one: AuditHead, _ other: AuditHead) -> AuditHead {
        one.sequence > other.sequence ? one : other
    }
}
