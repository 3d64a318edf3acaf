// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

/// What became of re-keying.
package struct RekeyReport: Sendable, Equatable {
    /// What became of one space.
    package struct Space: Sendable, Equatable {
        /// Its name.
        package let name: String
        /// The generation that is written with now.
        package let generation: UInt32
        /// The generations that were destroyed.
        package var dropped: [UInt32] = []
        /// Entries sealed again by this run.
        package var entryCount = 0
        /// Events of rotations' journals sealed again by this run.
        package var journalCount = 0
        /// Spilled answers sealed again by this run.
        package var spillCount = 0
        /// What is damaged and was left as it is.
        package var damaged: [Damage] = []
        /// Why the older generations were kept; nil if they were destroyed.
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
        /// Something under them is damaged.
        case damaged
        /// A refresh that began before is still under way.
        case refreshing
        /// An answer in the spill folder lies under them.
        case spilled
    }

    /// The spaces, by name.
    package var spaces: [Space] = []

    /// Whether old keys were destroyed and what they sealed could not be taken out of the log, because somebody read all
    /// the while; the next program that has the vault for itself does it.
    package var isLogLeft = false

    /// Whether no space has an older generation left.
    package var isFinished: Bool { spaces.allSatisfy { $0.kept == nil } }
}

/// How far re-keying is.
package struct RekeyProgress: Sendable, Equatable {
    /// The space.
    package let space: String
    /// How many of its entries this run has sealed again.
    package let count: Int
    /// How many there were to seal when it began.
    package let total: Int
}
