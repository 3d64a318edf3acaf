// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

/// What one of the doctor's checks found, in plain words.
package struct DoctorFinding: Sendable, Equatable, Encodable {
    /// How a check ended.
    package enum Result: String, Sendable, Encodable, CaseIterable {
        /// As it should be.
        case ok
        /// It works, and a person should know.
        case warning
        /// It does not work, or not safely.
        case failure
        /// It could not be looked at, or was not asked for.
        case skipped
    }

    private enum CodingKeys: String, CodingKey {
        case check, result, finding, fix, code
    }

    /// The check's name: words in lower case joined with `_`.
    package let check: String
    /// How it ended.
    package let result: Result
    /// What was found: a sentence without a secret.
    package let finding: String
    /// What to do about it.
    package let fix: String?
    /// The error code of a failure, which the exit status follows from.
    package let code: String?

    static func ok(_ check: String, _ finding: String) -> DoctorFinding {
        DoctorFinding(check: check, result: .ok, finding: finding, fix: nil, code: nil)
    }

    static func skipped(_ check: String, _ finding: String) -> DoctorFinding {
        DoctorFinding(check: check, result: .skipped, finding: finding, fix: nil, code: nil)
    }

    static func warning(_ check: String, _ finding: String, fix: String) -> DoctorFinding {
        DoctorFinding(check: check, result: .warning, finding: finding, fix: fix, code: nil)
    }

    static func failure(_ check: String, _ finding: String, fix: String, code: String) -> DoctorFinding {
        DoctorFinding(check: check, result: .failure, finding: finding, fix: fix, code: code)
    }
}
