// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

/// One thing that a check of the vault has found.
package struct VerifyFinding: Sendable, Equatable, Encodable {
    private enum CodingKeys: String, CodingKey {
        case severity, place, what, remedy
    }

    /// How bad it is.
    package enum Severity: String, Sendable, Encodable {
        /// Something is not what was written.
        case damaged
        /// Nothing is lost, but a person should know.
        case warning
        /// Could not be checked with this identity.
        case unchecked
    }

    /// How bad it is.
    package let severity: Severity
    /// Where: `chain of ci, after event 12`, `entry main/amocrm/acme`.
    package let place: String
    /// What is wrong, and what of it can still be read.
    package let what: String
    /// What to do about it.
    package let remedy: String
    /// Whether nothing that counts is touched by it, so that it is no reason against restoring a backup.
    package let leavesDataSound: Bool

    /// Makes a finding.
    package init(
        _ severity: Severity, _ place: String, _ what: String, remedy: String = "", leavesDataSound: Bool = false
    ) {
        self.severity = severity
        self.place = place
        self.what = what
        self.remedy = remedy
        self.leavesDataSound = leavesDataSound
    }
}

/// Findings as they come, with a bound: a vault that is damaged everywhere must not fill the memory.
struct FindingList: Sendable {
    /// More findings than anybody reads.
    private static let limit = 10_000

    private(set) var findings: [VerifyFinding] = []
    /// How many were left out.
    private(set) var omittedCount = 0

    mutating func add(_ finding: VerifyFinding) {
        if findings.count < Self.limit { findings.append(finding) } else { omittedCount += 1 }
    }

    mutating func add(_ severity: VerifyFinding.Severity, _ place: String, _ what: String, remedy: String = "") {
        add(VerifyFinding(severity, place, what, remedy: remedy))
    }
}
