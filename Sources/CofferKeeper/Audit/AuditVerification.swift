// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

import CofferVault

/// What `coffer audit verify` found.
package struct AuditVerification: Sendable, Encodable {
    private enum CodingKeys: String, CodingKey {
        case isIntact = "intact"
        case chains, findings
    }

    /// One chain.
    package struct Chain: Sendable, Encodable {
        private enum CodingKeys: String, CodingKey {
            case identity, standing, count
            case syncedThrough = "synced_through"
        }

        /// The name of its identity.
        package let identity: String
        /// `member`, `departed` or `unknown`.
        package let standing: String
        /// How many events hold and count.
        package let count: Int
        /// The last event that a synced write covers: what was only read after it may have been cut off by a power cut.
        package let syncedThrough: Int
    }

    /// One place where something is wrong.
    package struct Finding: Sendable, Encodable {
        /// The name of the identity whose chain it is in.
        package let identity: String
        /// The first event it is about.
        package let first: Int
        /// The last one.
        package let last: Int
        /// What is wrong, for programs.
        package let problem: String
        /// What is wrong, for people.
        package let sentence: String
    }

    /// Whether every chain is what its identity signed.
    package let isIntact: Bool
    /// The chains.
    package let chains: [Chain]
    /// What is wrong with them.
    package let findings: [Finding]

    init(_ report: ChainReport) {
        isIntact = report.isIntact
        chains = report.chains.map {
            Chain(
                identity: $0.signer.name, standing: $0.signer.standing.rawValue, count: Int(clamping: $0.count),
                syncedThrough: Int(clamping: $0.synced))
        }
        findings = report.findings.map { finding in
            let (problem, sentence) = finding.words
            return Finding(
                identity: finding.name, first: Int(clamping: finding.first), last: Int(clamping: finding.last),
                problem: problem, sentence: sentence)
        }
    }
}
