// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

import CofferCredentials
import CofferVault

/// An entry as `coffer list` shows it; no secret in it.
package struct EntryView: Sendable, Equatable, Encodable {
    private enum CodingKeys: String, CodingKey {
        case path, kind
        case version = "entry_version"
    }

    /// The path.
    package let path: String
    /// `app`, `connection` or `secret`.
    package let kind: String
    /// Counts writes of the entry.
    package let version: Int

    init(_ entry: Entry) {
        path = entry.path.description
        kind = entry.kind.name
        version = Int(entry.version)
    }
}
