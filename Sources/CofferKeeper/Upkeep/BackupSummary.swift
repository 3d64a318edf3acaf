// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

package import Foundation

/// What a backup is and who can open it.
package struct BackupSummary: Sendable, Equatable, Encodable {
    /// Somebody who can open it, with what role where.
    package struct Reader: Sendable, Equatable, Encodable {
        /// The name.
        package let name: String
        /// The fingerprint.
        package let fingerprint: String
        /// The role in each space, as `owner of main`.
        package let roles: [String]
    }

    /// The file.
    package let path: String
    /// The vault's id.
    package let vault: String
    /// When it was made.
    package let madeAt: Date
    /// How large it is, in bytes.
    package let byteCount: Int64
    /// Who can open it: the members of that day, also after they are removed from the vault.
    package let readers: [Reader]
}
