// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

import CofferCrypto

extension ChainSigner {
    /// Whether an event says that rows or fingerprints were written where its signer may only read.
    ///
    /// Our program signs no such event. Whoever has a reader's keys can, and it must count for nothing: not for what stands in an
    /// entry, not for what was replaced, and not for who had it.
    func exceedsRole(with event: AuditEvent, _ reader: any StoreReading) throws -> Bool {
        guard isWitness else { return !event.bindings.isEmpty || !event.fingerprints.isEmpty }
        if event.fingerprints.contains(where: { !mayWrite(in: $0.spaceID) }) { return true }
        // A binding does not name its space; the row does, where there is one.
        return try event.bindings.contains { binding in
            guard let row = try Self.row(binding.entryID, reader) else { return false }
            return !mayWrite(in: row.spaceID)
        }
    }

    private static func row(_ id: EntryID, _ reader: any StoreReading) throws -> EntryRow? {
        do {
            return try reader.row(id: id)
        } catch let error as VaultError where error.code == .damaged {
            return nil
        }
    }
}
