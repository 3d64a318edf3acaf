// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

package import CofferCredentials

/// What a scanner's report means to this vault, and what it calls for.
package struct LeakReportPlan: Sendable, Encodable {
    /// Who wrote it; absent for an array without findings.
    package let format: LeakReportFormat?
    /// How many findings there are: those of ours, unknown and redacted ones.
    package let findings: Int
    /// What of it is or was ours.
    package let ours: [OurLeak]
    /// How many findings are not ours, as far as the vault knows.
    package let unknown: Int
    /// How many findings lack their secret, so that nothing can be said of them.
    package let redacted: Int
    /// What all of it calls for.
    package let plan: LeakPlan
    /// What the steps ask about, by their places in the plan: a question's string, and the access tokens that are to be replaced.
    package let asked: [Int: [Secret]]

    private enum CodingKeys: String, CodingKey {
        case format, findings, ours, unknown, redacted
    }

    /// The counts and what is ours, and the plan's own members beside them.
    package func encode(to encoder: any Encoder) throws {
        try plan.encode(to: encoder)
        var container = encoder.container(keyedBy: CodingKeys.self)
        try container.encodeIfPresent(format, forKey: .format)
        try container.encode(findings, forKey: .findings)
        try container.encode(ours, forKey: .ours)
        try container.encode(unknown, forKey: .unknown)
        try container.encode(redacted, forKey: .redacted)
    }
}
