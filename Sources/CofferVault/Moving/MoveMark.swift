// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

import CofferCrypto

/// What stands behind the last manifest of a vault that was moved: signed by an owner, and no manifest.
///
/// It lies where the next manifest would, under that label with a higher number: so every program, also one that knows nothing of
/// moving, refuses the whole vault, and whoever has it open finds out with its next transaction. docs/vault-format.md has the
/// table.
struct MoveMark: Sendable, Equatable {
    /// The vault.
    let vaultID: VaultID
    /// The place in the chain.
    let epoch: UInt64
    /// The hash of what stands before it.
    let previous: Digest
    /// When it was made, in milliseconds since 1970.
    let createdAt: Int64
    /// Whether everything is there; until then the move can be gone on with.
    let isDone: Bool
    /// Where the vault is.
    let destination: MoveDestination

    /// Makes the mark that follows a manifest or another mark.
    ///
    /// - Throws: ``VaultError/damaged`` if nothing can follow it.
    init(
        of vaultID: VaultID, after epoch: UInt64, hash: Digest, at createdAt: Int64, isDone: Bool,
        to destination: MoveDestination
    ) throws(VaultError) {
        guard epoch < UInt64(Int64.max) else { throw .damaged }
        self.vaultID = vaultID
        self.epoch = epoch + 1
        previous = hash
        self.createdAt = createdAt
        self.isDone = isDone
        self.destination = destination
    }

    /// Whether it stands behind a manifest or mark of a vault.
    func follows(_ vaultID: VaultID, _ epoch: UInt64, _ hash: Digest) -> Bool {
        self.vaultID == vaultID && self.epoch > epoch && self.epoch - epoch == 1 && previous == hash
    }

    /// What everybody is told who opens the vault.
    var refusal: VaultError {
        VaultError(
            .moved, "the vault was moved to \(destination.phrase)",
            hint:
                "name it with --vault or COFFER_VAULT; a move that was cut off is gone on with by: coffer migrate --to PLACE"
        )
    }

    /// The last of stored manifests and marks that is a manifest; nil if none is.
    static func lastManifest(in stored: [[UInt8]]) throws(VaultError) -> SignedManifest? {
        for bytes in stored.reversed() {
            let link = try SignedManifest(decoding: bytes)
            if try MoveMark(reading: link.manifestBytes) == nil { return link }
        }
        return nil
    }

    // MARK: - Coding

    /// The canonical bytes, which are signed as those of a manifest are.
    var encoded: [UInt8] {
        var writer = CanonicalWriter(Labels.moveMark)
        writer.fixed(vaultID.bytes)
        writer.integer(epoch)
        writer.fixed(previous.bytes)
        writer.integer(createdAt)
        writer.integer(UInt8(isDone ? 1 : 0))
        writer.integer(destination.kind.rawValue)
        writer.fixed(destination.nameHash.bytes)
        writer.integer(UInt8(destination.name == nil ? 0 : 1))
        if let name = destination.name { writer.text(name) }
        return writer.bytes
    }

    /// Reads the canonical bytes; nil for what is no mark by its label.
    ///
    /// - Throws: ``VaultError/damaged``.
    init?(reading bytes: [UInt8]) throws(VaultError) {
        var reader = CanonicalReader(bytes)
        guard let label = try? reader.text(), label == Labels.moveMark else { return nil }
        do {
            vaultID = try VaultID(reader.fixed(VaultID.byteCount))
            epoch = try reader.integer()
            previous = try Digest(reader.fixed(Digest.byteCount))
            createdAt = try reader.integer()
            isDone = try reader.integer(UInt8.self) == 1
            guard let kind = MoveDestination.Kind(rawValue: try reader.integer()) else { throw VaultError.damaged }
            let nameHash = try Digest(reader.fixed(Digest.byteCount))
            let name: String? = try reader.integer(UInt8.self) == 1 ? try reader.text() : nil
            destination = MoveDestination(kind: kind, name: name, nameHash: nameHash)
            try reader.finish()
        } catch {
            throw .damaged
        }
        guard encoded == bytes, destination.name.map({ Self.isPrintable($0) }) ?? true else { throw .damaged }
    }

    /// Whether a name can be shown: it goes to terminals.
    private static func isPrintable(_ name: String) -> Bool {
        name.utf8.count <= MoveDestination.longestName
            && name.unicodeScalars.allSatisfy { scalar in
                switch scalar.properties.generalCategory {
                case .control, .format, .lineSeparator, .paragraphSeparator, .surrogate, .privateUse, .unassigned: false
                default: true
                }
            }
    }
}
