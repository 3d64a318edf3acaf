// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

#if canImport(FoundationEssentials)
package import FoundationEssentials
#else
package import Foundation
#endif

/// A bundle that is still opened somewhere and holds what a rotation replaces.
package struct ReportedBundle: Sendable, Equatable {
    /// The bundle's id.
    package let id: String

    /// Whom it was made for.
    package let identity: String

    /// When it was made.
    package let madeAt: Date

    /// When it stops being opened.
    package let expiresAt: Date

    /// Whose value from before it holds, sorted: connections, or the static secret.
    package let paths: [String]

    /// Makes one; text from the vault is cleaned.
    package init(id: String, identity: String, madeAt: Date, expiresAt: Date, paths: [String]) {
        self.id = DisplayText.clean(id)
        self.identity = DisplayText.clean(identity)
        self.madeAt = madeAt
        self.expiresAt = expiresAt
        self.paths = paths.map(DisplayText.clean).sorted()
    }
}

/// What is known of the bundles that are out there.
package enum BundleSurvey: Sendable, Equatable {
    /// Those that hold something from before, soonest ended first.
    case known([ReportedBundle])

    /// Nothing: only an owner reads what others have lent.
    case unreadable
}
