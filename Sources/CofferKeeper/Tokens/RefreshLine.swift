// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

package import CofferCredentials
package import Foundation

/// Which connections to refresh.
package enum RefreshSelection: Sendable, Equatable {
    /// Those that are due.
    case due
    /// All that have used more than a tenth of their lifetime.
    case all
    /// One, whatever the clock says.
    case forced(CredentialPath)

    /// Whether one connection is named, and no other is looked at.
    var isForced: Bool { if case .forced = self { true } else { false } }
}

/// How the refresh of one connection ended.
package struct RefreshLine: Sendable {
    /// What came of it.
    package enum Outcome: String, Sendable {
        /// A new pair was committed.
        case refreshed
        /// The present one serves.
        case unneeded
        /// It did not work.
        case failed
    }

    /// The connection.
    package let path: CredentialPath
    /// What came of it.
    package let outcome: Outcome
    /// When the token expires now.
    package let expiresAt: Date?
    /// When it refreshes next.
    package let refreshAt: Date?
    /// What went wrong.
    package let failure: (any Error)?
    /// How many readers had wished for it.
    package var wishCount = 0
}
