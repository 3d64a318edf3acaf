// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

import ArgumentParser
import CofferKeeper
import CofferRotation

/// `coffer rotate report`.
struct RotateReportCommand: AsyncParsableCommand {
    /// What help says of it.
    static let configuration = CommandConfiguration(
        commandName: "report",
        abstract: "Print a rotation's report: timeline, proofs, connections, what is left to do.",
        discussion: """
            The page that --format html makes is one file that needs nothing from elsewhere: to read in a browser, to print, \
            to keep with the papers of the incident. There is no secret in it, in any form.

              coffer rotate report
              coffer rotate report r-0123456789abcdef --format html --output report.html
            """)

    /// Which rotation.
    @Argument(help: "The rotation; the newest unless named.")
    var id: String?

    /// The form.
    @Option(help: "In which form.")
    var format: ReportFormat?

    /// The new file.
    @Option(name: .shortAndLong, help: ArgumentHelp("Write it into a new file.", valueName: "file"))
    var output: String?

    /// Whether a file that is there may be replaced.
    @Flag(help: "Replace the file if it is there; never the vault or the identity.")
    var force = false

    /// Vault and identity.
    @OptionGroup(title: "Vault") var options: VaultOptions

    /// JSON.
    @OptionGroup var json: JSONOption

    /// Refuses two forms, and a replacement of nothing.
    func validate() throws {
        if json.json, let format, format != .json { throw ValidationError("--json and --format exclude each other") }
        if force, output == nil { throw ValidationError("--force goes with --output") }
    }

    /// Writes the report.
    func run() async throws {
        let target = try output.map { name in
            try TargetFile(name, replacing: force, sparing: options.location(CommandContext.current))
        }
        try await options.withKeeper { keeper, context in
            let report = try await RotationChoice.report(id, keeper)
            let text = (format ?? (json.json ? .json : .text)).text(of: report)
            guard let target else { return try context.output.write(text) }
            try target.write(text)
            context.diagnostics.note("the report of rotation \(report.id) is in \(target.path)")
        }
    }
}
