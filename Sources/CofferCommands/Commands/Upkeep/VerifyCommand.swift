// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

import ArgumentParser
import CofferKeeper
import CofferVault

/// `coffer verify`: checks everything that the vault holds.
struct VerifyCommand: AsyncParsableCommand {
    /// What help says of it.
    static let configuration = CommandConfiguration(
        commandName: "verify", abstract: "Check every row, box, event and index of the vault.",
        discussion: """
            It never stops at the first damage: it lists each, what of it can still be read, and what to do. Ends with 65 \
            if something is damaged. A reader checks what it can, and is told what it could not. With --quiet only the \
            places of what is damaged are printed.

              coffer verify
              coffer verify --json
            """)

    /// Vault and identity.
    @OptionGroup(title: "Vault") var options: VaultOptions

    /// The form of the list.
    @OptionGroup var list: ListOptions

    /// Checks, and shows what was found.
    func run() async throws {
        try await options.withKeeper { keeper, context in
            let progress = VerifyProgressLine(context.diagnostics, isQuiet: list.format == .quiet)
            let report = try await keeper.verify { progress.show($0) }
            progress.end()
            try Task.checkCancellation()
            try VerifyOutput(report).write(list.format, in: context)
            if !report.isSound { throw PrintedOutcome(status: .damaged) }
        }
    }
}
