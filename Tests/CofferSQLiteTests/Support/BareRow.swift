// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

import CofferCrypto
import CofferVault

/// Rows that no key has sealed: a store looks at none of it.
enum BareRow {
    static let space = SpaceID.random()

    static func make(
        id: EntryID = .random(), version: UInt64 = 1, lookup: Digest? = nil, dueAt: Int64? = nil, byteCount: Int = 40
    ) throws -> EntryRow {
        EntryRow(
            id: id, spaceID: space, lookup: try lookup ?? Digest(RandomBytes.make(byteCount: 32)), kind: .secret,
            version: version, generation: 1, useBox: RandomBytes.make(byteCount: byteCount), issueBox: nil,
            dueAt: dueAt, state: nil, signature: try Signature(RandomBytes.make(byteCount: 64)))
    }
}
