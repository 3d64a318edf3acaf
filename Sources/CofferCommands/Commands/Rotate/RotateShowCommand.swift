// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

import ArgumentParser
import CofferKeeper

/// `coffer rotate show`.
struct RotateShowCommand: AsyncParsableCommand {
    /// What help says of it.
    static let configuration = CommandConfiguration(
        commandName: "show", abstract: "Show where a rotation is, in short: what was proven, and what needs a person.",
        discussion: """
              coffer rotate show
              coffer rotate show r-0123456789abcdef --json
            """)

    /// Which rotation.
    @Argument(help: "The rotation; the newest unless named.")
    var id: String?

    /// Vault and identity.
    @OptionGroup(title: "Vault") var options: VaultOptions

    /// JSON.
    @OptionGroup var output: JSONOption

    /// Writes the facts.
    func run() async throws {
        try await options.withKeeper { keeper, context in
            let report = try await keeper.surveyed(RotationChoice.report(id, keeper))
            let text = output.json ? JSONText.document(report) : RotationRow(report).facts(now: context.now()).text
            try context.output.write(text)
        }
    }
}
