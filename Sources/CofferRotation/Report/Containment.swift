// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

#if canImport(FoundationEssentials)
package import FoundationEssentials
#else
package import Foundation
#endif

/// How far a leak is contained: whether what leaked is still of use to whoever has it.
package struct Containment: Sendable, Equatable {
    /// Since when it is not: the later of the old secret's end and the last reissue; nil while it may be.
    package let at: Date?

    /// Why it may be, or, where it is not, what of that is not proven: one clause each.
    package let doubts: [String]
}

extension RotationReport {
    /// How far the leak is contained; nil where nothing leaked.
    package var containment: Containment? {
        switch mode {
        case .leak: containmentOfLeak
        case .planned: nil
        }
    }

    private var containmentOfLeak: Containment {
        let bare = connections.count { $0.outcome != .reissued }
        let alive = proofs.count { $0.connection != nil && $0.proof.isOfLife }
        var gaps: [String] = []
        if let old = oldSecretProof {
            if old.isOfLife { gaps.append("the old secret is still accepted") }
        } else {
            // Behind the new one it may be in force until somebody has removed it.
            let isReplaced = switchedAt != nil
            gaps.append(
                isReplaced
                    ? "the end of the old secret has not been proven yet" : "the old secret has not been replaced")
        }
        if bare > 0 {
            gaps.append(ReportWords.count(bare, of: connections.count, "has no new tokens", "have no new tokens"))
        }
        if unplannedItemCount > 0 {
            gaps.append(
                ReportWords.count(
                    unplannedItemCount, "connection that was in no plan is left",
                    "connections that were in no plan are left"))
        }
        if alive > 0 {
            gaps.append(ReportWords.count(alive, "old token is still accepted", "old tokens are still accepted"))
        }
        guard gaps.isEmpty, let old = oldSecretProof else { return Containment(at: nil, doubts: gaps) }
        return Containment(at: max(old.at, reissuedAt ?? old.at), doubts: unproven(old))
    }

    /// What nobody could prove, or has asked about so far.
    private func unproven(_ old: Proof) -> [String] {
        let connections = connections + unplanned
        let unasked = connections.count { $0.tokens == nil }
        let unknown = connections.count { $0.tokens == .unproven }
        return [
            old.result == .unproven ? "the end of the old secret is not proven" : nil,
            unknown > 0 ? "the tokens of \(ReportWords.connections(unknown)) are not proven" : nil,
            unasked > 0 ? "the tokens of \(ReportWords.connections(unasked)) have not been asked about" : nil,
        ].compactMap(\.self)
    }
}

extension Proof {
    /// Whether it found that something old is still of use, whatever end of it was claimed: refused, dead, spent.
    fileprivate var isOfLife: Bool { subject.hasPrefix("old ") && result == .refuted }
}
