// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

import CofferCrypto
import Synchronization

/// What an open vault holds of its record: the file, and what it found in it.
final class SeenMemory: Sendable {
    private let file: SeenFile
    private let spent: SpentLog
    private let manifests: SeenManifests
    private let log: VersionLog
    private let paths: SeenPaths
    private let known = Mutex<SeenRecord?>(nil)

    init(_ place: SeenPlace, of vaultID: VaultID, by identity: Identity) {
        file = SeenFile(place, of: vaultID, by: identity)
        spent = SpentLog(folder: place.folder, vaultID: vaultID)
        manifests = SeenManifests(folder: place.folder, vaultID: vaultID)
        log = VersionLog(beside: file.path, warn: place.warn)
        paths = SeenPaths(beside: file)
    }

    /// Where the record lies, and which file is held against it.
    var place: SeenPlace { file.place }

    /// The names under which the vault was opened here, the one that the record is of first.
    func knownPaths() -> [String] { place.vaultPath == nil ? [] : paths.read() }

    /// Keeps a name for the vault.
    ///
    /// - Parameters:
    ///   - name: The name.
    ///   - known: Those that are kept.
    ///   - isSame: Whether it leads to the file that the first of them leads to.
    func keep(_ name: String, among known: [String], isSame: Bool) {
        guard known.first != name, !(isSame && known.contains(name)) else { return }
        let others = known.filter { $0 != name }
        do { try paths.write(isSame ? others.prefix(1) + [name] + others.dropFirst() : [name] + others) } catch {
            place.warn("where the vault lies can't be recorded: \(error.message)")
        }
    }

    /// Which versions of entries were seen; nil where the store is not held against what was seen.
    var versions: VersionLog? { known.withLock { $0 } == nil ? nil : log }

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
    /// Where that changed the membership, ``renewed(_:restoredAt:_:)`` follows.
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

    /// Keeps a membership that was committed just now, on the disk: the vault may be lost before anybody opens it again, and
    /// a backup from before would bring back whoever was removed.
    ///
    /// - Parameters:
    ///   - pin: The newest manifest.
    ///   - restoredAt: The epoch of the restoration in it; 0 for none.
    ///   - chain: The manifests from the first to the newest.
    func renewed(_ pin: Pin, restoredAt: UInt64, _ chain: [[UInt8]]) {
        let seen = known.withLock { known -> SeenRecord? in
            guard var record = known else { return nil }
            if pin.epoch > record.pin.epoch { record.pin = pin }
            record.restoredAt = max(record.restoredAt, restoredAt)
            known = record
            return record
        }
        guard let seen else { return }
        // The manifests first: a pin without them forbids every restore from before it.
        keep(chain)
        file.merge(seen, .synced)
    }

    /// Tells that a membership that was committed is not recorded here.
    func missed(_ error: any Error) {
        file.place.warn(
            "who belongs to the vault can't be recorded: \((error as? VaultError)?.message ?? "the vault can't be read")"
        )
    }

    /// Keeps the taint of an app or a static secret; false if a higher one was seen.
    func taint(_ taint: Int64, of entry: EntryID) -> Bool {
        let (isKnown, seen) = known.withLock { known -> (Bool, SeenRecord?) in
            guard let before = known?.taints[entry] ?? (known == nil ? nil : 0), taint != before else {
                return (true, nil)
            }
            guard taint > before else { return (false, nil) }
            known?.taints[entry] = taint
            return (true, known)
        }
        if let seen { file.merge(seen) }
        return isKnown
    }

    /// The highest taint that was seen of each.
    var taints: [EntryID: Int64] { known.withLock { $0?.taints ?? [:] } }

    /// Keeps that refresh tokens were spent.
    func spend(_ fingerprints: [StoredFingerprint]) {
        do { try spent.append(fingerprints) } catch {
            file.place.warn("which refresh tokens are spent can't be recorded: \(error.message)")
        }
    }
}
