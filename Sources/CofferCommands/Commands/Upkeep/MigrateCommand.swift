// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

import ArgumentParser
import CofferKeeper
import CofferVault

/// `coffer migrate`: a vault from a file into a database, or back.
struct MigrateCommand: AsyncParsableCommand {
    /// What help says of it.
    static let configuration = CommandConfiguration(
        commandName: "migrate", abstract: "Move the vault from a file into a database, or back.",
        discussion: """
            Only an owner of all spaces can. Others read and write the vault while it is copied. Once no refresh is under way \
            the old place is marked as moved: every program refuses it from then on, also those that have it open, and nobody \
            refreshes from two places. What changed last is copied then, everything is compared, and the new place is the \
            vault. Whatever is cut off is gone on with by the same command. Afterwards everybody names the new place, with \
            --vault or COFFER_VAULT. A backup made before is no vault any more: restored, it would be a second one.

              coffer migrate --to postgres://db.example/coffer
              coffer migrate --vault postgres://db.example/coffer --to vault.db
            """)

    /// The new place.
    @Option(
        help: ArgumentHelp("The new place: the URL of a database without a vault, or a new file.", valueName: "place"),
        completion: .file())
    var to: String

    /// Whether nobody is asked.
    @Flag(help: "Do it without asking.")
    var yes = false

    /// Vault and identity.
    @OptionGroup(title: "Vault") var options: VaultOptions

    /// JSON.
    @OptionGroup var form: JSONOption

    /// Asks, moves the vault, and says where it is.
    func run() async throws {
        let context = CommandContext.current
        guard yes || (context.input.isTerminal && context.terminal.isPresent) else {
            throw CommandError(
                "usage", message: "there is nobody to ask whether the vault should be moved",
                hint: "move it without asking with --yes")
        }
        let network = context.network()
        let effects = VaultOptions.effects(context, network)
        let result: Result<MigrationSummary, any Error>
        do { result = .success(try await migrate(context, effects)) } catch { result = .failure(error) }
        await network.shutdown()
        let summary = try result.get()
        try MigrationSheet(summary).write(asJSON: form.json, context)
        if !summary.unopened.isEmpty { throw PrintedOutcome(status: .damaged) }
    }

    private func migrate(_ context: CommandContext, _ effects: KeeperEffects) async throws -> MigrationSummary {
        let prepared = try await Keeper.prepareMigration(
            to: to, of: options.location(context), effects: effects,
            reason: options.reason.map(PrintableText.clean) ?? "")
        if !yes {
            let plan = prepared.plan
            context.diagnostics.note(
                plan.isMarked
                    ? "the vault is marked as moved to \(plan.to), and is refused where it was"
                    : "\(plan.entryCount) entries go to \(plan.to); whoever uses the vault must name that place afterwards"
            )
            guard try await context.terminal.confirm(plan.isMarked ? "go on with it?" : "move the vault?") else {
                throw CommandError("not_confirmed", message: "the vault is as it was")
            }
        }
        let diagnostics = context.diagnostics
        defer { diagnostics.endProgress() }
        let isShown = diagnostics.isTerminal
        return try await prepared.perform { step in
            if isShown { diagnostics.progress(Self.text(step)) }
        }
    }

    /// `copying: 1500 of 2000 entries`.
    static func text(_ step: MoveProgress) -> String {
        switch step.stage {
        case .copying: "copying: \(step.count) of \(step.total) entries"
        case .waiting: "waiting until no refresh is under way, 90 s at most"
        case .comparing: "comparing: \(step.count) of \(step.total) entries"
        }
    }
}
