// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

import CofferCrypto

/// Where a vault is moved to, as its mark says it.
package struct MoveDestination: Sendable, Equatable {
    /// The kinds of places.
    package enum Kind: UInt8, Sendable {
        /// A file.
        case file = 1
        /// A database.
        case database = 2
    }

    /// The longest name that a mark holds, in bytes.
    static let longestName = 4096

    /// The kind.
    package let kind: Kind
    /// What names it: an absolute path or a URL; nil where the mark does not tell.
    package let name: String?
    /// What tells it from others also where the name is not told.
    let nameHash: Digest

    /// Names a place.
    ///
    /// - Parameters:
    ///   - kind: The kind.
    ///   - name: An absolute path, or a URL without a password.
    ///   - isTold: Whether everybody who can read the old store may read the name.
    package init(_ kind: Kind, named name: String, isTold: Bool) {
        self.init(kind: kind, name: isTold ? name : nil, nameHash: Digest(hashing: Array(name.utf8)))
    }

    init(kind: Kind, name: String?, nameHash: Digest) {
        self.kind = kind
        self.name = name
        self.nameHash = nameHash
    }

    /// Whether two name one place.
    func isSame(as other: MoveDestination) -> Bool { kind == other.kind && nameHash == other.nameHash }

    /// As a sentence has it.
    var phrase: String {
        switch kind {
        case .file: name.map { "the file \($0)" } ?? "a file"
        case .database: name.map { "the database \($0)" } ?? "a database"
        }
    }
}
