// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

import CofferCrypto

/// Findings as they come, neighbours of one kind in one, with a bound: a vault that is damaged everywhere must not fill the
/// memory.
struct ChainFindings: Sendable {
    /// More findings than anybody reads.
    private static let limit = 10_000

    private(set) var all: [ChainFinding] = []
    /// How many were left out.
    private(set) var omittedCount = 0
    /// The newest finding of each chain.
    private var newest: [SigningPublicKey: Int] = [:]

    mutating func add(_ finding: ChainFinding) {
        if let index = newest[finding.signer], all[index].continues(with: finding) {
            all[index].last = finding.last
        } else if all.count < Self.limit {
            newest[finding.signer] = all.count
            all.append(finding)
        } else {
            omittedCount += 1
        }
    }
}
