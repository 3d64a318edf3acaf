// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

import CofferKeeper

/// The doctor's findings, ready to be written in any of a list's forms.
///
/// No table: a sentence that is cut at the terminal's edge would be the one that says what to do.
struct DoctorSheet: Sendable {
    /// What was found, in order.
    let findings: [DoctorFinding]

    /// Where the findings begin: after the longest result and two spaces.
    private static let indent = 9

    /// The text in one form.
    ///
    /// - Parameters:
    ///   - format: which form; quiet has the names of the checks that are not well.
    ///   - isColoured: whether the results are coloured.
    /// - Returns: the text, which ends with a line break unless it is empty.
    func text(_ format: ListFormat, isColoured: Bool = false) -> String {
        switch format {
        case .json: JSONText.document(listing: findings, as: "checks")
        case .quiet:
            findings.filter { $0.result == .failure || $0.result == .warning }.map { $0.check + "\n" }.joined()
        case .table: findings.map { Self.lines($0, isColoured) }.joined()
        }
    }

    /// Writes it to standard output, and how it ended to standard error.
    ///
    /// - Throws: ``CommandError`` if it cannot be written.
    func write(_ format: ListFormat, in context: CommandContext) throws {
        try context.output.write(text(format, isColoured: context.isColoured))
        guard format == .table else { return }
        let (failures, warnings) = (count(.failure), count(.warning))
        context.diagnostics.note(
            failures + warnings == 0
                ? "all is well" : "\(Self.count(failures, "failure")), \(Self.count(warnings, "warning"))")
    }

    private func count(_ result: DoctorFinding.Result) -> Int { findings.count { $0.result == result } }

    private static func count(_ number: Int, _ noun: String) -> String { "\(number) \(noun)\(number == 1 ? "" : "s")" }

    private static func lines(_ finding: DoctorFinding, _ isColoured: Bool) -> String {
        let result = finding.result.rawValue
        let padding = String(repeating: " ", count: indent - result.count)
        let painted = isColoured ? colour(finding.result)?.paint(result) ?? result : result
        let name = finding.check.split(separator: "_").joined(separator: " ")
        let first = painted + padding + PrintableText.clean("\(name): \(finding.finding)") + "\n"
        guard let fix = finding.fix else { return first }
        return first + String(repeating: " ", count: indent) + PrintableText.clean("fix: \(fix)") + "\n"
    }

    private static func colour(_ result: DoctorFinding.Result) -> TextColour? {
        switch result {
        case .ok: .green
        case .warning: .yellow
        case .failure: .red
        case .skipped: nil
        }
    }
}
