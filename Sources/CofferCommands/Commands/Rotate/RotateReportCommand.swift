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

    /// Its form, and where it goes.
    @OptionGroup var report: ReportOptions

    /// Vault and identity.
    @OptionGroup(title: "Vault") var options: VaultOptions

    /// Writes the report.
    func run() async throws {
        let target = try report.target(sparing: options.location(CommandContext.current))
        try await options.withKeeper { keeper, context in
            let found = try await keeper.surveyed(RotationChoice.report(id, keeper))
            try report.write(found, to: target, of: "rotation \(found.id)", context)
        }
    }
}
