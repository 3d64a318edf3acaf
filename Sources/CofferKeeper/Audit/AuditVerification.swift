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
            let (problem, sentence) = Self.words(for: finding)
            return Finding(
                identity: finding.name, first: Int(clamping: finding.first), last: Int(clamping: finding.last),
                problem: problem, sentence: sentence)
        }
    }

    private static func words(for finding: ChainFinding) -> (problem: String, sentence: String) {
        let isOne = finding.first == finding.last
        let place = isOne ? "event \(finding.first)" : "events \(finding.first) to \(finding.last)"
        let (be, have) = isOne ? ("is", "has") : ("are", "have")
        let whole = "\(place) of \(finding.name)"
        let seen =
            finding.witness.map { "event \($0.sequence) of \(finding.witnessName ?? "another identity")" }
            ?? (finding.isRemembered ? "this machine" : "the manifest that removed \(finding.name)")
        return switch finding.kind {
        case .unreadable: ("unreadable", "\(whole): what lies there is no event")
        case .edited: ("edited", "\(whole): the bytes are not those that were signed")
        case .foreign: ("foreign", "\(whole): an event of another chain lies there")
        case .moved(let from): ("moved", "\(whole): event \(from)\(isOne ? "" : " and those after it") lies there")
        case .missing: ("missing", "\(whole) \(be) gone, and later ones are there")
        case .unlinked: ("unlinked", "\(whole) \(be) signed and names another predecessor than the one that is there")
        case .cutOff: ("cut_off", "\(whole) \(be) gone from the end of the chain; \(seen) saw \(isOne ? "it" : "them")")
        case .lostWithPower:
            (
                "lost_with_power",
                """
                \(whole), of reading, which this machine saw before it was last started, \(be) gone from the end of the chain: \
                a power cut may have taken \(isOne ? "it" : "them")
                """
            )
        case .replaced: ("replaced", "\(whole) \(be) not the one that \(seen) saw: the chain was signed anew")
        case .wentBack:
            (
                "went_back",
                "the chain of \(finding.name) ended at \(place) when \(seen) saw it, and had been longer before"
            )
        case .afterRemoval:
            ("after_removal", "\(whole) \(have) been written after \(finding.name) was removed, and counts for nothing")
        case .stranger: ("stranger", "\(whole): the vault knows nobody of this key")
        case .misindexed: ("misindexed", "\(whole): the hash stored beside is not the event's")
        case .unindexed:
            (
                "unindexed",
                "\(whole): a fingerprint that \(isOne ? "it kept" : "they kept") is gone from the table, or no longer marked as spent"
            )
        }
    }
}
