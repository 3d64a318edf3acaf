// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

#if canImport(FoundationEssentials)
package import FoundationEssentials
#else
package import Foundation
#endif

/// A moment that a rotation is made for, reached or not.
package struct ReportedMilestone: Sendable, Equatable {
    /// What happened then.
    package let kind: Kind

    /// When; nil where it did not happen, or not yet.
    package let at: Date?

    /// What can be a milestone.
    package enum Kind: String, Sendable {
        /// The leak was reported, which began the rotation.
        case opened
        /// The app's tokens were marked.
        case tainted
        /// The new secret was in force.
        case switched
        /// The old secret was proven dead.
        case oldSecretDead = "old_secret_dead"
        /// The last connection had new tokens.
        case reissued
        /// It was over.
        case closed
    }
}

extension RotationMode {
    /// What a rotation of this mode passes, in the order that is meant.
    package var milestones: [ReportedMilestone.Kind] {
        switch self {
        case .leak: [.opened, .tainted, .switched, .oldSecretDead, .reissued, .closed]
        case .planned: [.switched, .reissued, .oldSecretDead, .closed]
        }
    }
}

extension RotationReport {
    /// The milestones of this rotation's mode, in the order that is meant.
    package var milestones: [ReportedMilestone] {
        mode.milestones.map { ReportedMilestone(kind: $0, at: date(of: $0)) }
    }

    private func date(of kind: ReportedMilestone.Kind) -> Date? {
        switch kind {
        case .opened: openedAt
        case .tainted: taintedAt
        case .switched: switchedAt
        case .oldSecretDead: oldSecretDeadAt
        case .reissued: reissuedAt
        case .closed: closedAt
        }
    }
}
