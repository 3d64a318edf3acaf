// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

import CofferCredentials

/// Where a finding is, in a scanner's own words, which may hold anything: also the secret.
struct ReportedPlace: Sendable {
    /// The file's path.
    var file: Secret?
    /// The line, counted from 1 or from 0 as the scanner does.
    var line: Int?
    /// The commit.
    var commit: Secret?
    /// The address of a page or a repository.
    var url: Secret?
    /// What found it: the rule, the detector, the type.
    var rule: Secret?
}
