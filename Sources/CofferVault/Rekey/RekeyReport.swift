// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

/// What became of re-keying.
package struct RekeyReport: Sendable, Equatable {
    /// What became of one space.
    package struct Space: Sendable, Equatable {
        /// Its name.
        package let name: String
        /// The generation that is written with now.
        package internal(set) var generation: UInt32
        /// The generations that were retired: no program accepts rows under them any more.
        package var dropped: [UInt32] = []
        /// Entries sealed again by this run.
        package var entryCount = 0
        /// Events of rotations' journals sealed again by this run.
        package var journalCount = 0
        /// Spilled answers sealed again by this run.
        package var spillCount = 0
        /// What is damaged and was left as it is.
        package var damaged: [Damage] = []
        /// Why the older generations were kept; nil if they were retired.
        package var kept: Reason?
    }

    /// One thing that could not be sealed again.
    package struct Damage: Sendable, Equatable {
        /// What: `entry main/amocrm/acme`, or the id of an entry whose name can't be read.
        package let place: String
        /// Why not.
        package let what: String
    }

    /// Why older generations were kept.
    package enum Reason: String, Sendable, Equatable {
        /// Something under them is damaged, or the chain of events of somebody who may write in the space.
        case damaged
        /// A refresh that began before is still under way.
        case refreshing
        /// An answer in the spill folder lies under them.
        case spilled
        /// A folder that an entry names for an answer can't be looked into.
        case unsearched
        /// What they sealed could not be taken out of the store's log, because somebody read all the while.
        case logged
        /// A newer generation began again and again meanwhile.
        case changing
        /// This identity does not hold the space's keys: another owner does.
        case notHeld = "not_held"

        /// Whether it may go away by itself in a moment.
        var passes: Bool { self == .refreshing || self == .logged }
    }

    /// The spaces, by name.
    package var spaces: [Space] = []

    /// Hashes beside events that were not the events' own, and were written anew.
    package var mendedHashCount: UInt64 = 0

    /// Whether no space has an older generation left.
    package var isFinished: Bool { spaces.allSatisfy { $0.kept == nil } }
}

/// How far re-keying is.
package struct RekeyProgress: Sendable, Equatable {
    /// What is waited for, and how long at most.
    package struct Wait: Sendable, Equatable {
        /// What keeps the older generations.
        package let reason: RekeyReport.Reason
        /// How long it is waited for.
        package let limit: Duration

        /// Makes what is waited for.
        package init(reason: RekeyReport.Reason, limit: Duration) {
            self.reason = reason
            self.limit = limit
        }
    }

    /// The space.
    package let space: String
    /// How many of its entries this run has sealed again.
    package let count: Int
    /// How many there were to seal when it began.
    package let total: Int
    /// Set when everything is sealed and something else is waited for.
    package var wait: Wait?
}
