// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

import ArgumentParser
import CofferRotation

/// `coffer rotate report`.
struct RotateReportCommand: AsyncParsableCommand {
    /// What help says of it.
    static let configuration = CommandConfiguration(
        commandName: "report",
        abstract: "Print a rotation's report: timeline, proofs, connections, what is left to do.")

    /// Which rotation.
    @Argument(help: "The rotation; the newest unless named.")
    var id: String?

    /// Vault and identity.
    @OptionGroup(title: "Vault") var options: VaultOptions

    /// JSON.
    @OptionGroup var output: JSONOption

    /// Writes the report.
    func run() async throws {
        try await options.withKeeper { keeper, context in
            let report = try await RotationChoice.report(id, keeper)
            try context.output.write(output.json ? JSONText.document(report) : report.text)
        }
    }
}
