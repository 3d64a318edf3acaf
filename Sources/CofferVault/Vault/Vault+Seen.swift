// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

import CofferCrypto

extension Vault {
    /// The failure of a store that has gone back, other than by a restoration that an owner signed.
    static let older = VaultError(
        .damaged,
        "the vault is older than what this machine has seen of it: an earlier file was put in its place, or a part was "
            + "cut off; put the newer one back, or have an owner restore it with: coffer restore",
        hint:
            "coffer audit verify tells what is missing, coffer verify --backup FILE looks into a backup; if you know why "
            + "and want to go on from here, coffer identity repin forgets what this machine has seen")

    /// Compares the store with what was seen before, and remembers what it shows.
    ///
    /// The record is read before the store: whatever stands in it was in the store already. A copy beside the vault, such as
    /// a backup, is neither held against the record nor remembered, unless it lies where the vault once lay.
    ///
    /// - Throws: ``older``.
    func compareWithSeen() async throws {
        guard let seen else { return }
        let recalled = seen.recall()
        let known = seen.knownPaths()
        let original = await original(known, recalled)
        if let original, let own = seen.place.vaultPath, !known.contains(own) {
            tellOfCopy(own, original)
            return
        }
        let found = try await compare(with: recalled)
        if let own = seen.place.vaultPath {
            // What an owner signed since, as a restore does, stands in no copy.
            if let original, let recalled, found.pin.epoch <= recalled.pin.epoch {
                tellOfCopy(own, original)
                return
            }
            let isSame = known.first.map { FileCopy.isSame($0, own) } ?? false
            seen.keep(own, among: known, isSame: isSame)
        }
        if seen.lacksManifests(of: found.pin, after: recalled) {
            seen.keep(try await store.read { try $0.manifests(from: 1) })
        }
        seen.begin(found, after: recalled)
    }

    /// On this thread, as the vault is being opened; only whose membership changes in this moment is asked once more.
    private func compare(with recalled: SeenRecord?) async throws -> SeenRecord {
        let (state, boot) = (state, store.boot)
        do {
            return try await store.readAtOnce { reader in
                try Self.requireNewest(state, reader)
                return try SeenComparison(state: state, reader: reader, boot: boot).found(after: recalled)
            }
        } catch let error as VaultError where error.code == .superseded {
            return try await reading { try SeenComparison(state: $0, reader: $1, boot: boot).found(after: recalled) }
        }
    }

    /// The file that the record is of, if that is another than this one and all that was seen is in it.
    private func original(_ known: [String], _ recalled: SeenRecord?) async -> String? {
        guard let recalled, let place = seen?.place, let own = place.vaultPath, let first = known.first,
            first != own, !FileCopy.isSame(first, own), let store = place.open(first)
        else { return nil }
        let text = IdentityText(identity: identity, pin: recalled.pin)
        guard let vault = try? await Vault.unlock(store, with: text, now: now), vault.bundle == nil,
            (try? await vault.reading({ state, reader in
                try SeenComparison(state: state, reader: reader, boot: store.boot).found(after: recalled)
            })) != nil
        else { return nil }
        return first
    }

    private func tellOfCopy(_ own: String, _ original: String) {
        seen?.place.warn(
            "\(own) is a copy of the vault \(original), which is still there: what is done in it stays in it; if it is to be "
                + "the vault from now on, give the other file another name")
    }

    /// Remembers that all that the store shows was synced, as it is where a vault was moved to: an older copy in the place where it
    /// was is refused from then on, also if the copy was made the moment before.
    ///
    /// - Throws: as reading the vault.
    package func rememberSynced() async throws {
        guard let seen else { return }
        let (state, head) = try await reading { state, reader in
            (state, try reader.head(of: state.identity.publicIdentity.signingKey))
        }
        if let head { seen.committed(head, under: state) }
    }

    /// Confirms that an app's taint is not lower than one that was seen, and remembers it.
    ///
    /// - Throws: ``VaultError/Code/damaged`` if it is.
    package func confirmTaint(_ epoch: Int64, of app: EntryID) throws(VaultError) {
        if let seen, !seen.taint(epoch, of: app) { throw Self.older }
    }

    /// Remembers that the value of a static secret leaked, for a restore: a backup may hold it as if it had not.
    ///
    /// It refuses nothing: what refuses an older row is ``rememberSeen(_:)``, which a restore begins anew.
    ///
    /// - Parameters:
    ///   - instant: When that value was stored, in milliseconds since 1970; those from before count as leaked too.
    ///   - secret: The entry.
    package func rememberLeak(ofValueFrom instant: Int64, _ secret: EntryID) { _ = seen?.taint(instant, of: secret) }
}

/// Holds one state of a store against a record of what was seen.
private struct SeenComparison {
    let state: VaultState
    let reader: any StoreReading
    let boot: BootID

    /// What the store shows, if nothing that was seen is gone.
    func found(after recalled: SeenRecord?) throws -> SeenRecord {
        let restoration = state.manifest.restoration
        var found = SeenRecord(pin: state.pin, restoredAt: restoration?.epoch ?? 0, boot: boot)
        if let recalled {
            try confirmDescent(from: recalled.pin)
            found.taints = recalled.taints
            if let restoration, restoration.epoch > recalled.pin.epoch {
                for head in restoration.heads where try !has(head) { throw Vault.older }
            } else {
                for head in recalled.enforced(in: boot) where try !has(head) { throw Vault.older }
                found.lasting = recalled.lasting
                // What is still there after a power cut, or a start without one, is on the disk.
                for head in recalled.recent.values where try recalled.boot != boot && has(head) {
                    found.lasting[head.signer] = head
                }
            }
        }
        for head in try reader.heads() where isMember(head.signer) && found.lasting[head.signer] != head {
            if head == recalled?.recent[head.signer] {
                found.recent[head.signer] = head
            } else if try isGenuine(head) {
                found.recent[head.signer] = head
            }
        }
        return found
    }

    private func confirmDescent(from pin: Pin) throws {
        guard pin != state.pin else { return }
        guard pin.epoch < state.pin.epoch else { throw Vault.older }
        let chain = try reader.manifests(from: pin.epoch).map(SignedManifest.init(decoding:))
        let trusted = try TrustedManifest(following: chain, from: pin)
        guard trusted.pin == state.pin else { throw VaultError.damaged }
    }

    private func event(at head: AuditHead) throws -> AuditEvent? {
        guard let bytes = try reader.events(of: head.signer, from: head.sequence, limit: 1).first else { return nil }
        let event = try AuditEvent(decoding: bytes)
        return event.signer == head.signer && event.sequence == head.sequence && event.hash == head.hash ? event : nil
    }

    private func has(_ head: AuditHead) throws -> Bool { try event(at: head) != nil }

    /// A stranger's event is not remembered: taking it out again is no step back.
    private func isGenuine(_ head: AuditHead) throws -> Bool {
        guard let event = try event(at: head) else { return false }
        do { try event.verifySignature() } catch { return false }
        return true
    }

    private func isMember(_ signer: SigningPublicKey) -> Bool {
        state.manifest.members.contains { $0.identity.signingKey == signer }
    }
}
