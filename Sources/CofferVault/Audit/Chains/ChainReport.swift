// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

/// What a walk over all chains found.
package struct ChainReport: Sendable {
    /// One chain, as far as it holds.
    package struct Chain: Sendable {
        /// Whose it is.
        package let signer: ChainSigner
        /// How many events hold and count.
        package internal(set) var count: UInt64 = 0
        /// The last event that lies there.
        package internal(set) var end: UInt64 = 0
        /// The last event that a synced write covers: a later one was only read or handed out, and a power cut may have
        /// taken the events behind it without a trace.
        package internal(set) var synced: UInt64 = 0
    }

    /// The chains, those of members first.
    package internal(set) var chains: [Chain] = []
    /// What is wrong, by chain and place.
    package internal(set) var findings: [ChainFinding] = []
    /// How many findings were left out of the list.
    package internal(set) var omittedFindingCount = 0

    /// Whether every chain is what its identity signed, as far as the vault and this machine's record can tell.
    package var isIntact: Bool { omittedFindingCount == 0 && findings.allSatisfy { $0.kind == .lostWithPower } }

    /// Whether what the record tells may be less than, or other than, what happened.
    package var isBroken: Bool { omittedFindingCount > 0 || findings.contains(where: \.breaksRecord) }

    /// Whether writes may be gone from the record.
    package var mayHideWrites: Bool { omittedFindingCount > 0 || findings.contains(where: \.mayHideWrites) }

    /// Adds what was found of what came home from bundles.
    mutating func append(_ collected: ChainReport) {
        chains += collected.chains
        findings += collected.findings
        omittedFindingCount += collected.omittedFindingCount
    }
}
