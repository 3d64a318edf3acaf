// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

package import Foundation

/// A ticket as it is listed; its text is not in it.
package struct TicketView: Sendable, Equatable, Encodable {
    /// The name that it is revoked and recorded by.
    package let name: String
    /// What it is good for.
    package let paths: [String]
    /// When it was given out.
    package let issuedAt: Date
    /// When it ends by itself.
    package let expiresAt: Date
}
