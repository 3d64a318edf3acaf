// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

import ArgumentParser
import CofferCredentials
import CofferKeeper

/// `coffer refresh`: refreshes what is due, once or as it falls due.
struct RefreshCommand: AsyncParsableCommand {
    /// What help says of it.
    static let configuration = CommandConfiguration(
        commandName: "refresh", abstract: "Refresh what is due, once or as it falls due.",
        discussion: """
            Where several fail, the status is that of the worst failure (docs/exit-status.md). With --quiet only the paths \
            of what was due are printed, and nothing where nothing was.

            --watch goes on until it is told to end (Ctrl-C, SIGTERM): it refreshes what falls due and what readers wish for, \
            as fast as the providers' limits allow, and prints a line for each; with --json an object a line. What was sent \
            when it is told to end is finished first.

              coffer refresh --quiet
              coffer refresh --force main/amocrm/acme
              coffer refresh --watch --json
            """)

    /// Whether what is not due is refreshed too.
    @Flag(help: "Refresh every connection whose token is not fresh, due or not.")
    var all = false

    /// Whether it goes on.
    @Flag(help: "Go on, and refresh each connection when it falls due.")
    var watch = false

    /// One connection.
    @Option(
        help: ArgumentHelp("Refresh this connection, whatever the clock says.", valueName: "path"),
        completion: PathCompletion.connections)
    var force: String?

    /// Vault and identity.
    @OptionGroup(title: "Vault") var options: VaultOptions

    /// The form of the list.
    @OptionGroup var list: ListOptions

    /// Refuses two selections.
    func validate() throws {
        if all && force != nil { throw ValidationError("--all and --force exclude each other") }
        if watch && all { throw ValidationError("--watch and --all exclude each other") }
        if watch && force != nil { throw ValidationError("--watch and --force exclude each other") }
    }

    /// Refreshes, and shows what became of each.
    func run() async throws {
        if watch { return try await watchOn() }
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

    /// Refreshes what falls due until a signal comes.
    private func watchOn() async throws {
        try await options.withKeeper { keeper, context in
            let shown = try RefreshWatch(context, list.format)
            let result: Result<Void, any Error>
            do { result = .success(try await keeper.watch { try shown.show($0) }) } catch { result = .failure(error) }
            await shown.end()
            try result.get()
        }
    }
}
