// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

import CofferCrypto
import Synchronization

/// What an open vault holds of its record: the file, and what it found in it.
final class SeenMemory: Sendable {
    private let file: SeenFile
    private let spent: SpentLog
    private let known = Mutex<SeenRecord?>(nil)

    init(_ place: SeenPlace, of vaultID: VaultID, by identity: Identity) {
        file = SeenFile(place, of: vaultID, by: identity)
        spent = SpentLog(folder: place.folder, vaultID: vaultID)
    }

    /// What was seen before.
    func recall() -> SeenRecord? { file.load() }

    /// Keeps what the store showed when it was opened.
    func begin(_ found: SeenRecord, after recalled: SeenRecord?) {
        if found != recalled { file.merge(found) }
        known.withLock { $0 = found }
    }

    /// Keeps that a synced commit ended with this event of our own: whatever was in the store before is as durable now.
    func committed(_ head: AuditHead, under state: VaultState) {
        let seen = known.withLock { known -> SeenRecord? in
            guard var record = known else { return nil }
            record.restoredAt = max(record.restoredAt, state.manifest.restoration?.epoch ?? 0)
            if state.pin.epoch > record.pin.epoch { record.pin = state.pin }
            record.lasting.merge(record.recent) { $0.sequence > $1.sequence ? $0 : $1 }
            record.lasting[head.signer] = head
            record.recent = [:]
            known = record
            return record
        }
        if let seen { file.merge(seen) }
    }

    /// Keeps that the membership moved on.
    func moved(to pin: Pin) {
        let seen = known.withLock { known -> SeenRecord? in
            guard let epoch = known?.pin.epoch, pin.epoch > epoch else { return nil }
            known?.pin = pin
            return known
        }
        if let seen { file.merge(seen) }
    }

    /// Keeps an app's taint; false if a higher one was seen.
    func taint(_ epoch: Int64, of app: EntryID) -> Bool {
        let (isKnown, seen) = known.withLock { known -> (Bool, SeenRecord?) in
            guard let before = known?.taints[app] ?? (known == nil ? nil : 0), epoch != before else {
                return (true, nil)
            }
            guard epoch > before else { return (false, nil) }
            known?.taints[app] = epoch
            return (true, known)
        }
        if let seen { file.merge(seen) }
        return isKnown
    }

    /// The highest taint that was seen of each app.
    var taints: [EntryID: Int64] { known.withLock { $0?.taints ?? [:] } }

    /// Keeps that refresh tokens were spent.
    func spend(_ fingerprints: [StoredFingerprint]) {
        do { try spent.append(fingerprints) } catch {
            file.place.warn("which refresh tokens are spent can't be recorded: \(error.message)")
        }
    }
}
