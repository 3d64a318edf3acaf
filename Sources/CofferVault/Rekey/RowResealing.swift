// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

import CofferCredentials
import CofferCrypto

/// Seals rows of a space again under its newest generation.
///
/// Whoever uses it makes sure that a row is the newest of its entry. Then the event that wrote it vouches for every byte
/// that the old signature covers, so the signature is not checked once more: that would cost more than all the rest.
struct RowResealing: ~Copyable {
    private let space: UnlockedSpace
    private let keys: SpaceKeys
    private let issueKeys: SpaceKeys.IssueKeys
    private var transfer: SealTransfer

    /// Gets ready for rows of a space.
    ///
    /// - Throws: ``VaultError/Code/notPermitted`` for a reader.
    init(_ space: UnlockedSpace) throws(VaultError) {
        guard let issue = space.current.issue else {
            throw VaultError(.notPermitted, "this identity may read but not write in space \(space.name)")
        }
        transfer = try Self.makeTransfer()
        self.space = space
        keys = space.current
        issueKeys = issue
    }

    private static func makeTransfer() throws(VaultError) -> SealTransfer {
        do { return try SealTransfer() } catch {
            throw VaultError(.unreadable, "there is no guarded memory to work in")
        }
    }

    /// The row under the newest generation, with the version it has, and its hash; nil if it does not open.
    mutating func reseal(_ row: EntryRow) -> (row: EntryRow, hash: Digest)? {
        guard let old = space.generations.first(where: { $0.generation == row.generation }) else { return nil }
        let sealing = EntrySealing(space: space)
        let space = space
        let keys = keys
        var path = ""
        var lookup = Digest.zero
        let useBox = try? transfer.reseal(
            row.useBox, from: old.useBox,
            boundTo: sealing.associatedData(.use, row.generation, row.id, row.version, row.lookup), to: keys.useBox
        ) { bytes in
            path = try Self.name(in: bytes, of: row, in: space)
            // The name inside must be the one that the row is found by.
            guard try space.lookup(path, in: old) == row.lookup else { throw VaultError.damaged }
            lookup = try space.lookup(path, in: keys)
            return sealing.associatedData(.use, keys.generation, row.id, row.version, lookup)
        }
        guard let useBox = useBox ?? nil else { return nil }
        var next = row
        next.useBox = useBox
        next.lookup = lookup
        next.generation = keys.generation
        if let box = row.issueBox {
            guard let oldIssue = old.issue else { return nil }
            let issueBox = try? transfer.reseal(
                box, from: oldIssue.box,
                boundTo: sealing.associatedData(.issue, row.generation, row.id, row.version, row.lookup),
                to: issueKeys.box
            ) { bytes in
                guard try Self.name(in: bytes, of: row, in: space) == path else { throw VaultError.damaged }
                return sealing.associatedData(.issue, keys.generation, row.id, row.version, lookup)
            }
            guard let issueBox = issueBox ?? nil else { return nil }
            next.issueBox = issueBox
        }
        let hash = next.hash(in: space.vaultID)
        guard let signature = try? issueKeys.signing.sign(EntryRow.signedMessage(hash)) else { return nil }
        next.signature = signature
        return (next, hash)
    }

    /// A row of a journal under the newest generation; nil if it is not what its signature says or does not open.
    mutating func reseal(_ row: JournalRow) -> JournalRow? {
        guard let old = space.generations.first(where: { $0.generation == row.generation }), let oldIssue = old.issue
        else { return nil }
        let hash = row.hash(in: space.vaultID)
        // Of a journal an event binds the end alone, so here the signature has to vouch.
        guard (try? old.signingPublicKey.verify(row.signature, of: JournalRow.signedMessage(hash))) != nil else {
            return nil
        }
        let generation = keys.generation
        let space = space
        let box = transfer.reseal(
            row.box, from: oldIssue.journal,
            boundTo: JournalRow.associatedData(space.vaultID, space.id, row.id, row.index, row.generation),
            to: issueKeys.journal
        ) { _ in JournalRow.associatedData(space.vaultID, space.id, row.id, row.index, generation) }
        guard let box else { return nil }
        var next = row
        next.generation = generation
        next.box = box
        let message = JournalRow.signedMessage(next.hash(in: space.vaultID))
        guard let signature = try? issueKeys.signing.sign(message) else { return nil }
        next.signature = signature
        return next
    }

    /// The path inside a box, if path and kind are what a row of this space may hold.
    private static func name(
        in bytes: UnsafeRawBufferPointer, of row: EntryRow, in space: UnlockedSpace
    ) throws(VaultError) -> String {
        let name = try FieldTable.name(in: bytes)
        guard name.kind == Int64(row.kind.rawValue), let path = try? CredentialPath(name.path), path.space == space.name
        else { throw .damaged }
        return name.path
    }
}

extension FieldTable {
    /// The two fields that every box begins with, without taking the secrets behind them out of guarded memory.
    ///
    /// - Throws: ``VaultError/damaged`` if the table does not begin with them.
    static func name(in bytes: UnsafeRawBufferPointer) throws(VaultError) -> (path: String, kind: Int64) {
        // count u16 ‖ 1 u16 ‖ length u32 ‖ path ‖ 2 u16 ‖ 8 u32 ‖ kind i64
        func integer<Value: FixedWidthInteger>(_ offset: Int, _: Value.Type) -> Value {
            Value(bigEndian: bytes.loadUnaligned(fromByteOffset: offset, as: Value.self))
        }
        guard bytes.count >= 8, integer(0, UInt16.self) >= 2, integer(2, UInt16.self) == EntrySealing.Tag.path else {
            throw .damaged
        }
        let byteCount = Int(integer(4, UInt32.self))
        guard bytes.count - 8 >= byteCount + 14, integer(8 + byteCount, UInt16.self) == EntrySealing.Tag.kind,
            integer(10 + byteCount, UInt32.self) == 8,
            let path = String(
                validating: UnsafeRawBufferPointer(rebasing: bytes[8..<8 + byteCount]), as: UTF8.self)
        else { throw .damaged }
        return (path, integer(14 + byteCount, Int64.self))
    }
}
