// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

import ArgumentParser
import CofferKeeper
import CofferRotation

/// In which form a rotation's report is written, and where.
struct ReportOptions: ParsableArguments {
    /// The form.
    @Option(help: "In which form.")
    var format: ReportFormat?

    /// The new file.
    @Option(name: .shortAndLong, help: ArgumentHelp("Write it into a new file.", valueName: "file"))
    var output: String?

    /// Whether a file that is there may be replaced.
    @Flag(help: "Replace the file if it is there; never the vault or the identity.")
    var force = false

    /// JSON.
    @OptionGroup var json: JSONOption

    /// Refuses two forms, and a replacement of nothing.
    func validate() throws {
        if json.json, let format, format != .json { throw ValidationError("--json and --format exclude each other") }
        if force, output == nil { throw ValidationError("--force goes with --output") }
    }

    /// The file to write; nil for standard output.
    ///
    /// - Throws: `KeeperError` `usage`, `exists`; `VaultError` `missing` for the folder.
    func target(sparing location: VaultLocation) throws -> TargetFile? {
        try output.map { try TargetFile($0, replacing: force, sparing: location) }
    }

    /// Writes a report.
    ///
    /// - Parameters:
    ///   - report: the report.
    ///   - target: the file; standard output if absent.
    ///   - name: what it is the report of, for a note.
    ///   - context: where to write.
    /// - Throws: what writing throws.
    func write(_ report: RotationReport, to target: TargetFile?, of name: String, _ context: CommandContext) throws {
        let text = (format ?? (json.json ? .json : .text)).text(of: report)
        guard let target else { return try context.output.write(text) }
        try target.write(text)
        context.diagnostics.note("the report of \(name) is in \(target.path)")
    }
}
