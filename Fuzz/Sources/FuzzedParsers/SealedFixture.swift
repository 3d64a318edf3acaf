// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

import CofferCredentials
import Foundation

@testable import CofferCrypto
@testable import CofferVault

/// A space, its keys and one row in it, made anew in each process: inputs say how the row is changed and hold no keys.
final class SealedFixture: Sendable {
    /// The one of this process.
    static let shared = needed { try SealedFixture() }

    /// The names of a vault that the identity keeps.
    static let paths = SeenPaths(
        beside: SeenFile(SeenPlace(folder: "/", warn: { _ in }), of: shared.space.vaultID, by: shared.identity))

    /// The owner.
    let identity: Identity
    /// The space.
    let space: UnlockedSpace
    /// Where the row lies.
    let path: CredentialPath
    /// The row as it was written.
    let row: EntryRow

    private init() throws {
        identity = try Identity.generate()
        let manifest = try Manifest.first(
            owner: identity.publicIdentity, name: "owner", space: "main", createdAt: 1_800_000_000_000)
        space = try UnlockedSpace(manifest.spaces[0], of: manifest, for: identity)
        path = try CredentialPath("main/amocrm/acme")
        var use = FieldTable()
        use.set(16, text: "an access token")
        var issue = FieldTable()
        issue.set(48, text: "a refresh token")
        row = try EntrySealing(space: space).seal(
            EntryDraft(
                path, kind: .connection, use: use, issue: issue, dueAt: Date(timeIntervalSince1970: 1_800_000_000),
                state: "active"), id: EntryID.random(), version: 3)
    }

    /// Seals bytes as a box of a row: what only an issuer could do.
    func seal(_ bytes: [UInt8], _ tier: Tier, _ row: EntryRow) throws -> [UInt8] {
        var writer = CanonicalWriter(Labels.box)
        writer.fixed(space.vaultID.bytes)
        writer.fixed(space.id.bytes)
        writer.integer(tier.rawValue)
        writer.integer(row.generation)
        writer.fixed(row.id.bytes)
        writer.integer(row.version)
        writer.fixed(row.lookup.bytes)
        guard let issue = space.current.issue else { throw VaultError.damaged }
        return try bytes.withUnsafeBytes { message in
            tier == .use
                ? try space.current.useBox.seal(message, associatedData: writer.bytes)
                : try issue.box.seal(message, associatedData: writer.bytes)
        }
    }

    /// Signs a row anew: what only an issuer could do.
    func sign(_ row: inout EntryRow) throws {
        guard let issue = space.current.issue else { throw VaultError.damaged }
        row.signature = try issue.signing.sign(EntryRow.signedMessage(row.hash(in: space.vaultID)))
    }
}
