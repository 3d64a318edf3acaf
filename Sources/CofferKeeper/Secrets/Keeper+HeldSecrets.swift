// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

import CofferCredentials
import CofferRotation
import CofferVault

extension Keeper {
    /// The value of a secret's entry, to be handed out.
    ///
    /// - Throws: ``KeeperError`` `rotating` while it is on hold; what ``confirmedSecret(_:)`` throws.
    func handedOutValue(of entry: Entry) async throws -> Secret {
        let record = try await confirmedSecret(entry)
        guard !record.isHeld else {
            throw KeeperError(
                .rotating, "\(entry.path) is on hold until its rotation has put another value in force",
                path: entry.path)
        }
        if record.taintStrength == .serve {
            effects.log.notice("\(entry.path) is tainted: it leaked, and its rotation is open")
        }
        return record.value
    }

    /// A static secret as it was read, unless this machine has seen a newer version; if it is tainted, that is remembered.
    ///
    /// Also before what this process still has in memory: that may be of the older row that was put back.
    ///
    /// - Throws: ``VaultError/Code/damaged`` if an older row was put back, ``VaultError/Code/conflict`` if it was replaced
    ///   since.
    func confirmedSecret(_ entry: Entry) async throws -> StaticSecret {
        try await vault.confirmNotOlder([EntryFence(entry)])
        let record = try StaticSecret(entry)
        if record.taintStrength != nil { remember(record, of: entry) }
        return record
    }

    /// Keeps outside the vault which version a static secret has, and that it leaked.
    ///
    /// A whole older row opens by itself, and its value is the leaked one without the taint. Every later version is accepted,
    /// whoever writes it: so the end of the taint needs to be told to nobody.
    func remember(_ record: StaticSecret, of entry: Entry) {
        vault.rememberSeen([EntryFence(entry)])
        if record.taintStrength != nil { vault.rememberLeak(ofValueFrom: record.standsSince, entry.id) }
    }
}
