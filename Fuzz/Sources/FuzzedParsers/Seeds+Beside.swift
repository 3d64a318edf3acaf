// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

import CofferCredentials
import Foundation

@testable import CofferCrypto
@testable import CofferVault

extension Seeds {
    /// What is left in the vault and beside it.
    static func beside(_ parser: String) throws -> [[UInt8]] {
        let fixture = SealedFixture.shared
        switch parser {
        case "wish":
            let wish = try Wish(
                .refresh, vault: fixture.space.vaultID, space: fixture.space.id, entry: fixture.row.id, tokenVersion: 2,
                validForMilliseconds: 600_000, time: 1_800_000_000_000, by: fixture.identity)
            return [wish.encoded]
        case "spilled-answer":
            var fields = FieldTable()
            fields.set(1, text: "access")
            return [try SpilledAnswer(sealing: fields, for: fixture.row.id, version: 3, in: fixture.space).encoded]
        case "spent-log":
            let spent = StoredFingerprint(
                spaceID: fixture.space.id, tag: .zero, entryID: fixture.row.id, field: 48, tier: .issue, isSpent: true)
            let body = SpentLog.body(spent)
            let line = body + Digest(hashing: body).bytes.prefix(4)
            return [body, line, line + line.dropLast(9) + line]
        case "version-log":
            let body = VersionLog.body(EntryFence(fixture.row.id, version: 3), 1)
            return [body, body + Digest(hashing: body).bytes.prefix(4)]
        case "seen-paths":
            var writer = CanonicalWriter(Labels.seenPaths)
            writer.integer(UInt32(2))
            for name in ["/made/up/vault.db", "/b"] { writer.text(name) }
            return [writer.bytes]
        default:
            return [SeenManifests.encoded([[1, 2, 3], [], [4]]), SeenManifests.encoded([])]
        }
    }
}
