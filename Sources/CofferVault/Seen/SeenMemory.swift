// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

import CofferCrypto
import Synchronization

/// What an open vault holds of its record: the file, and what it found in it.
final class SeenMemory: Sendable {
    private let file: SeenFile
    private let spent: SpentLog
    private let manifests: SeenManifests
    /// Which versions of entries were handed out.
    let versions: VersionLog
    private let known = Mutex<SeenRecord?>(nil)

    init(_ place: SeenPlace, of vaultID: VaultID, by identity: Identity) {
        file = SeenFile(place, of: vaultID, by: identity)
        spent = SpentLog(folder: place.folder, vaultID: vaultID)
        manifests = SeenManifests(folder: place.folder, vaultID: vaultID)
        versions = VersionLog(beside: file.path, warn: place.warn)
    }

    /// What was seen before.
    func recall() -> SeenRecord? { file.load() }

    /// Keeps what the store showed when it was opened.
    func begin(_ found: SeenRecord, after recalled: SeenRecord?) {
        if found != recalled { file.merge(found) }
        known.withLock { $0 = found }
    }

    /// Whether the manifests up to a pin are to be kept: it has moved on since they were.
    func lacksManifests(of pin: Pin, after recalled: SeenRecord?) -> Bool {
        // The first is the identity's own pin, and in every backup.
        pin.epoch > 1 && (recalled?.pin != pin || !AtomicFile.exists(manifests.path))
    }

    /// Keeps the manifests, so that a restore need not do without them.
    func keep(_ chain: [[UInt8]]) {
        do { try manifests.write(chain) } catch {
            file.place.warn("who belongs to the vault can't be recorded: \(error.message)")
        }
    }

    /// Keeps that a synced commit ended with this event of our own: whatever was in the store before is as durable now.
    ///
    /// The pin is moved forward when the vault is opened next; until then the heads say that the store went on.
    func committed(_ head: AuditHead, under state: VaultState) {
        let seen = known.withLock { known -> SeenRecord? in
            guard var record = known else { return nil }
            record.restoredAt = max(record.restoredAt, state.manifest.restoration?.epoch ?? 0)
            record.lasting.merge(record.recent) { $0.sequence > $1.sequence ? $0 : $1 }
            record.lasting[head.signer] = head
            record.recent = [:]
            known = record
            return record
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
