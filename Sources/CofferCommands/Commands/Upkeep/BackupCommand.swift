// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

import ArgumentParser
import CofferKeeper

/// `coffer backup`: a copy of the vault, sealed as the vault is.
struct BackupCommand: AsyncParsableCommand {
    /// What help says of it.
    static let configuration = CommandConfiguration(
        commandName: "backup", abstract: "Copy the vault into a file while others go on using it.",
        discussion: """
            The copy is one consistent state, sealed as the vault is: whoever is a member today can open it for ever, \
            also after being removed, and they are listed. Keep it apart from the identities. A vault in a database is \
            backed up with PostgreSQL's own programs.

              coffer backup --output /mnt/backup/coffer-$(date +%F).db
            """)

    /// The new file.
    @Option(name: .shortAndLong, help: ArgumentHelp("The new file.", valueName: "file"))
    var output: String

    /// Whether a file that is there may be replaced.
    @Flag(help: "Replace the file if it is there, once the copy is whole; never the vault or the identity.")
    var force = false

    /// Vault and identity.
    @OptionGroup(title: "Vault") var options: VaultOptions

    /// JSON.
    @OptionGroup var form: JSONOption

    /// Makes the copy and says who can open it.
    func run() async throws {
        let location = try options.location(CommandContext.current)
        try location.requireFile("back it up with PostgreSQL's own programs, as with pg_dump (docs/operations.md)")
        let target = try TargetFile(output, replacing: force, sparing: location)
        try await options.withKeeper { keeper, context in
            let progress = Progress("copying", on: context.diagnostics)
            let isShown = context.diagnostics.isTerminal
            let summary = try await keeper.backup(to: target) { done, total in
                if isShown, total > 0 { progress.step(done, "of \(total) pages") }
            }
            progress.end()
            try BackupSheet(summary).write(asJSON: form.json, context)
        }
    }
}
