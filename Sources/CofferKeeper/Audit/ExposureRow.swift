// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

package import Foundation

/// What one identity could read of one entry, what it is recorded to have read, and what follows.
package struct ExposureRow: Sendable, Equatable, Encodable {
    /// What must be done.
    package enum Remedy: String, Sendable, Encodable, CaseIterable {
        /// The app's secret is replaced, and with it every token: `coffer rotate APP --leak`.
        case rotate
        /// The connection gets new tokens: `coffer refresh --force PATH`.
        case reissue
        /// The same, which the rotation of its app does.
        case withApp = "with_app"
        /// A new value is made where it comes from and stored: `coffer put PATH`.
        case replace
        /// The entry is gone here; the grant or value is withdrawn where it comes from.
        case withdraw
        /// Nothing: everything was replaced since.
        case nothing
    }

    /// The entry.
    package let path: String
    /// `app`, `connection` or `secret`.
    package let kind: String
    /// The name of the identity.
    package let identity: String
    /// The highest role it had while the entry was there; absent where nothing but its reading is told.
    package let role: String?
    /// The fields it could read, or was handed where nothing else is told.
    package let fields: [String]
    /// How often it was handed one of them.
    package let reads: Int
    /// When it last was.
    package let lastReadAt: Date?
    /// Whether the entry is still there.
    package let isPresent: Bool
    /// What must be done.
    package let must: Remedy

    private enum CodingKeys: String, CodingKey {
        case path, kind, identity, role, fields, reads, lastReadAt, must
        case isPresent = "present"
    }
}
