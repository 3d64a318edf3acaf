// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

import ArgumentParser
import CofferCredentials
import CofferKeeper

/// `coffer refresh`: refreshes what is due, once.
struct RefreshCommand: AsyncParsableCommand {
    /// What help says of it.
    static let configuration = CommandConfiguration(
        commandName: "refresh", abstract: "Refresh what is due, once; for cron and timers.",
        discussion: """
            Where several fail, the status is that of the worst failure (docs/exit-status.md). With --quiet only the paths \
            of what was due are printed, and nothing where nothing was.

              coffer refresh --quiet
              coffer refresh --force main/amocrm/acme
            """)

    /// Whether what is not due is refreshed too.
    @Flag(help: "Refresh every connection whose token is not fresh, due or not.")
    var all = false

    /// One connection.
    @Option(help: ArgumentHelp("Refresh this connection, whatever the clock says.", valueName: "path"))
    var force: String?

    /// Vault and identity.
    @OptionGroup(title: "Vault") var options: VaultOptions

    /// The form of the list.
    @OptionGroup var list: ListOptions

    /// Refuses two selections.
    func validate() throws {
        if all && force != nil { throw ValidationError("--all and --force exclude each other") }
    }

    /// Refreshes, and shows what became of each.
    func run() async throws {
        let selection = try force.map { RefreshSelection.forced(try CredentialPath($0)) } ?? (all ? .all : .due)
        try await options.withKeeper { keeper, context in
            let progress = RefreshProgress(context.diagnostics, isQuiet: list.format == .quiet)
            let lines = try await keeper.refresh(selection) { progress.show($0) }
            progress.end()
            try Task.checkCancellation()
            try ListOutput(items: lines.map(RefreshRow.init), now: context.now()).write(list.format, in: context)
            let worst = FailureSeverity.worst(lines.compactMap(\.failure).map { CommandError($0).status })
            if let worst { throw PrintedOutcome(status: worst) }
        }
    }
}
