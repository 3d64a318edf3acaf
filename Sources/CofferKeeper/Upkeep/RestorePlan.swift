// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

package import Foundation

/// What a restore will do and what will be lost by it.
package struct RestorePlan: Sendable, Equatable, Encodable {
    /// The backup's file.
    package let backup: String
    /// The vault's file.
    package let vault: String
    /// When the newest event in the backup was written.
    package let from: Date?
    /// Entries that the vault has and the backup has not; nil if the vault can't be read.
    package let lost: [String]?
    /// Entries that were changed since; nil if the vault can't be read.
    package let changed: [String]?
    /// Entries that were removed since and come back; nil if the vault can't be read.
    package let returning: [String]?
    /// Connections that will be doubtful until their next refresh.
    package let doubtful: [String]
    /// Connections whose refresh token is known to be spent: they must be connected again.
    package let spent: [String]
    /// Apps whose tokens are on hold again, and static secrets that are, as a leak was reported since.
    package let tainted: [String]
    /// Changes of the membership since, which stay in force.
    package let keptMembershipChanges: Int
    /// The name that the present file will be kept under; nil if there is none.
    package let keptAs: String?
    /// Logs of the present file that are kept as well: what they hold may stand nowhere else.
    package let keptLogs: [String]
    /// Rows of the present vault that can't be read, and of which nothing is known therefore.
    package let unreadable: Int
}
