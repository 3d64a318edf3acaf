// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

package import Foundation

/// A bundle that was made, as `coffer bundle` shows it; no secret in it.
package struct BundleView: Sendable, Encodable {
    /// What stayed out, and why.
    package struct LeftOut: Sendable, Encodable {
        /// The entry.
        package let path: String
        /// Why, in a sentence.
        package let reason: String
    }

    private enum CodingKeys: String, CodingKey {
        case id, bundle, identity, expiresAt, entries, leftOut
    }

    /// The bundle's id.
    package let id: String
    /// The file.
    package let bundle: String
    /// Whom it is for.
    package let identity: String
    /// When it stops being opened.
    package let expiresAt: Date
    /// What is in it.
    package let entries: [String]
    /// What stayed out.
    package let leftOut: [LeftOut]
}
