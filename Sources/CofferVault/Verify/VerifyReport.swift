// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

/// What a check of the whole vault came to.
package struct VerifyReport: Sendable, Encodable {
    /// How much was looked at.
    package struct Counts: Sendable, Equatable, Encodable {
        /// Manifests, from the first to the one in force.
        package var manifests = 0
        /// Chains of events.
        package var chains = 0
        /// Events.
        package var events = 0
        /// Events that came home from bundles.
        package var bundleEvents = 0
        /// Entries' rows.
        package var entries = 0
        /// Those of them whose boxes were all opened.
        package var opened = 0
        /// Events of rotations' journals.
        package var journalEvents = 0
        /// Fingerprints.
        package var fingerprints = 0
        /// Files in the spill folder.
        package var spillFiles = 0
        /// Wishes and passphrase boxes.
        package var sideRecords = 0
    }

    /// How much was looked at.
    package var counts = Counts()
    /// What was found, in the order it was met.
    package var findings: [VerifyFinding] = []
    /// How many findings were left out of the list.
    package var omittedFindingCount = 0

    /// Whether nothing is damaged.
    package var isSound: Bool {
        omittedFindingCount == 0 && !findings.contains { $0.severity == .damaged }
    }
}

/// How far a check is.
package struct VerifyProgress: Sendable, Equatable {
    /// What is being looked at.
    package enum Stage: String, Sendable {
        /// The store's own structure.
        case store
        /// Manifests.
        case manifests
        /// Chains of events.
        case events
        /// Entries.
        case entries
        /// Journals of rotations.
        case journals
        /// Fingerprints.
        case fingerprints
        /// The index of what was written.
        case index
        /// Wishes and passphrase boxes.
        case wishes
        /// Files beside the vault.
        case files
    }

    /// What is being looked at.
    package let stage: Stage
    /// How many of it are done.
    package let count: Int
}

/// What the index columns of an entry should say, for whoever knows what is inside.
package enum IndexExpectation: Sendable, Equatable {
    /// Not known with this role.
    case unknown
    /// The state alone.
    case state(String?)
    /// Both: the due time in milliseconds since 1970, and the state.
    case both(dueAt: Int64?, state: String?)
}
