// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

import CofferCredentials

/// Who writes a report, which says where in it the secrets are.
///
/// The names of the members are those of report/finding.go of gitleaks (`--report-format json`), of pkg/output/json.go of
/// TruffleHog (`--json`), and of GitHub's pages "Secret scanning partner program" and "REST API endpoints for secret scanning".
package enum LeakReportFormat: String, Sendable, CaseIterable, Encodable {
    /// gitleaks: an array of `RuleID`, `Secret`, `Match`, `File`, `StartLine`, `Commit`, `Link`.
    case gitleaks
    /// TruffleHog: an object a line, of `DetectorName`, `Raw`, `RawV2`, `SourceMetadata`.
    case trufflehog
    /// GitHub: an array of `token`, `type`, `url` as it tells partners, or of `secret`, `secret_type`, `html_url` as its API lists them.
    case github

    /// The format whose findings look like this one; nil if none does.
    init?(of finding: JSONValue) {
        guard let format = Self.allCases.first(where: { $0.fits(finding) }) else { return nil }
        self = format
    }

    /// Whether something may be a finding of this format.
    func fits(_ finding: JSONValue) -> Bool {
        switch self {
        case .gitleaks: finding.hasMember("RuleID") || finding.hasMember("Secret")
        case .trufflehog:
            finding.hasMember("DetectorName") || finding.hasMember("Raw") || finding.hasMember("SourceMetadata")
        case .github: finding.hasMember("token") || finding.hasMember("secret_type")
        }
    }

    /// What the vendor calls it.
    package var displayName: String {
        switch self {
        case .gitleaks: "gitleaks"
        case .trufflehog: "TruffleHog"
        case .github: "GitHub secret scanning"
        }
    }
}

extension JSONValue {
    /// Whether it is an object with a member of that name, null included.
    fileprivate func hasMember(_ name: String) -> Bool {
        guard case .object(let members) = self else { return false }
        return members.contains { $0.name == name }
    }

    /// Whether it is a line of TruffleHog's log, which stands between the findings where both went to one file.
    var isLogLine: Bool { hasMember("level") && hasMember("msg") && LeakReportFormat(of: self) == nil }
}
