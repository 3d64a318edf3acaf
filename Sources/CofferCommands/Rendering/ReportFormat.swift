// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

import ArgumentParser
import CofferRotation

/// The forms that a rotation's report is printed in.
enum ReportFormat: String, CaseIterable, ExpressibleByArgument {
    /// For a terminal.
    case text
    /// The contract's object.
    case json
    /// One page that needs nothing else.
    case html

    /// A report in this form; ends with a line break.
    func text(of report: RotationReport) -> String {
        switch self {
        case .text: report.text
        case .json: JSONText.document(report)
        case .html: ReportPage(report: report).html
        }
    }
}
