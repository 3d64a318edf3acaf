// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

import CofferCrypto

/// What the events of those who brought bundles' events home say of them: how many there were.
///
/// The bodies say it, which owners alone can open, and of the events that wrote nothing only. They are opened only if there is
/// anything that came home.
struct BundleVouchers: Sendable {
    /// The newest word on a bundle.
    struct Word: Sendable {
        /// How many events it had.
        let count: UInt64
        /// The event that says so.
        let witness: AuditHead
    }

    private let identity: Identity
    /// By bundle.
    private(set) var words: [VaultID: Word] = [:]

    /// Gets ready to hear; nil if nothing came home, or this identity is no owner.
    init?(_ state: VaultState, _ reader: any StoreReading) throws {
        guard state.owners.contains(state.identity.publicIdentity), try !reader.collectedBundles().isEmpty else {
            return nil
        }
        identity = state.identity
    }

    /// Hears an event of an issuer or owner that counts.
    mutating func hear(_ event: AuditEvent, _ hash: Digest) {
        guard event.bindings.isEmpty, event.fingerprints.isEmpty,
            let record = try? event.record(openedBy: identity), record.action == .collectBundle,
            let bundle = record.details["bundle"].flatMap({ VaultID(hexadecimal: $0) }),
            let count = record.details["events"].flatMap({ UInt64($0) })
        else { return }
        // Whoever brings more home finds at least what is there.
        guard count > words[bundle]?.count ?? 0 else { return }
        words[bundle] = Word(
            count: count, witness: AuditHead(signer: event.signer, sequence: event.sequence, hash: hash))
    }
}
