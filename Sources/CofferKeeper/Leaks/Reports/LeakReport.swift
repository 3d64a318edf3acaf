// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

package import CofferCredentials
import CofferOAuth

/// What a scanner found, read from its report; whoever wrote that may mean harm.
package struct LeakReport: Sendable {
    /// The largest report, in bytes: 64 MiB.
    package static let largest = 64 << 20

    /// The most findings in one report; scanners of whole organisations find some thousand.
    package static let mostFindings = 100_000

    /// Who wrote it; nil for an array without findings, which says nothing of that.
    package let format: LeakReportFormat?
    /// The findings, in the report's order.
    package let findings: [LeakFinding]

    /// Reads a report.
    ///
    /// - Parameters:
    ///   - text: All of it; the transport has bounded it.
    ///   - named: Who wrote it; nil to tell that from the first finding.
    /// - Throws: ``KeeperError`` `invalid` for what is no such report, in one sentence that names the finding and repeats nothing of
    ///   it; `usage` for an empty one of which nobody says whose it is.
    package init(_ text: Secret, format named: LeakReportFormat? = nil) throws(KeeperError) {
        let read = try text.withExposedBytes { bytes throws(KeeperError) in try Self.read(bytes, format: named) }
        format = read.format
        findings = read.findings
    }

    private static func read(
        _ bytes: UnsafeRawBufferPointer, format named: LeakReportFormat?
    ) throws(KeeperError) -> (format: LeakReportFormat?, findings: [LeakFinding]) {
        var elements = ReportElements(bytes)
        var format = named
        var findings: [LeakFinding] = []
        while let element = try elements.next() {
            let reading = JSONReader.read(Secret(bytes: element.bytes))
            guard let value = reading.value, reading.isWhole, case .object = value else {
                throw KeeperError(.invalid, "\(element.position) of the report is no JSON object")
            }
            if !elements.isArray, value.isLogLine { continue }
            let known: LeakReportFormat
            if let format { known = format } else { known = try recognised(value) }
            format = known
            guard findings.count < mostFindings else {
                throw KeeperError(.invalid, "the report has more than \(mostFindings) findings")
            }
            findings.append(try FindingReader(value, at: element.position).finding(known))
        }
        guard elements.isArray || format != nil else {
            throw KeeperError(
                .usage, "the report is empty; if that means that nothing was found, say whose it is with --format")
        }
        return (format, findings)
    }

    private static func recognised(_ finding: JSONValue) throws(KeeperError) -> LeakReportFormat {
        guard let format = LeakReportFormat(of: finding) else {
            throw KeeperError(
                .invalid, "this is no report that Coffer knows: JSON of gitleaks, TruffleHog or GitHub secret scanning")
        }
        return format
    }
}
