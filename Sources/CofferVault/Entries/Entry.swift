// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

package import CofferCredentials
import CofferCrypto
package import Foundation

/// An entry, opened as far as the identity's role goes.
package struct Entry: Sendable {
    /// The id; of a connection, the grant id.
    package let id: EntryID
    /// Its path.
    package let path: CredentialPath
    /// What it is.
    package let kind: EntryKind
    /// Counts writes, from 1.
    package let version: UInt64
    /// What readers may see.
    package var use: FieldTable
    /// What issuers may see; nil for a reader.
    package var issue: FieldTable?
    /// When something must be done about it.
    package var dueAt: Date?
    /// The state shown in the index.
    package var state: String?
    /// The hash of the stored row.
    let rowHash: Digest
}
