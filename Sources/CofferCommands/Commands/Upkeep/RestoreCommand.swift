// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

import ArgumentParser
import CofferKeeper

/// `coffer restore`: a backup in the vault's place.
struct RestoreCommand: AsyncParsableCommand {
    /// What help says of it.
    static let configuration = CommandConfiguration(
        commandName: "restore", abstract: "Put a backup in the vault's place.",
        discussion: """
            Only an owner can, and only while nobody has the vault open. The backup is checked first, and what will be \
            lost is shown. Changes of the membership, leaks and spent refresh tokens that this machine knows of stay in \
            force. Every connection is doubtful until its next refresh: a single-use refresh token may have been used \
            since. The present file is kept beside the vault. A vault in a database is put back with PostgreSQL's own \
            programs, and signed for with --in-place then.

              coffer restore /mnt/backup/coffer-2026-11-20.db
              coffer restore --in-place
            """)

    /// The backup.
    @Argument(help: "The backup's file; it is only read.", completion: .file())
    var file: String?

    /// Whether the vault went back where it is.
    @Flag(help: "The vault's database was taken back by its own programs: sign that, and make doubtful what is in it.")
    var inPlace = false

    /// Whether nobody is asked.
    @Flag(help: "Do it without asking.")
    var yes = false

    /// Vault and identity.
    @OptionGroup(title: "Vault") var options: VaultOptions

    /// JSON.
    @OptionGroup var form: JSONOption

    /// Refuses both ways at once, and none.
    func validate() throws {
        guard inPlace == (file == nil) else {
            throw ValidationError("name the backup's file, or --in-place for a database that was taken back already")
        }
    }

    /// Shows what will be lost, asks, and restores.
    func run() async throws {
        let context = CommandContext.current
        guard yes || (context.input.isTerminal && context.terminal.isPresent) else {
            let state = file ?? "what its database holds"
            throw CommandError(
                "usage", message: "there is nobody to ask whether the vault should go back to \(state)",
                hint: "restore it without asking with --yes")
        }
        let network = context.network()
        let effects = VaultOptions.effects(context, network)
        guard let file else {
            let result: Result<TakenBack, any Error>
            do { result = .success(try await accept(context, effects)) } catch { result = .failure(error) }
            await network.shutdown()
            try TakenBackSheet(result.get()).write(asJSON: form.json, context)
            return
        }
        let result: Result<RestorePlan, any Error>
        do { result = .success(try await restore(file, context, effects)) } catch { result = .failure(error) }
        await network.shutdown()
        try RestoreSheet(result.get()).write(asJSON: form.json, context)
    }

    private func accept(_ context: CommandContext, _ effects: KeeperEffects) async throws -> TakenBack {
        if !yes {
            context.diagnostics.warn(
                "every connection becomes doubtful: its refresh token may have been used since what the database holds")
            guard try await context.terminal.confirm("go on from the database as it is?") else {
                throw CommandError("not_confirmed", message: "the vault is as it was")
            }
        }
        return try await Keeper.acceptTakenBack(
            at: options.location(context), effects: effects, reason: options.reason.map(PrintableText.clean) ?? "")
    }

    private func restore(
        _ file: String, _ context: CommandContext, _ effects: KeeperEffects
    ) async throws -> RestorePlan {
        let prepared = try await Keeper.prepareRestore(
            of: file, to: options.location(context), effects: effects,
            reason: options.reason.map(PrintableText.clean) ?? "")
        if !yes {
            for line in RestoreSheet(prepared.plan).warnings { context.diagnostics.warn(line) }
            let isWanted: Bool
            do { isWanted = try await context.terminal.confirm("put the backup in the vault's place?") } catch {
                prepared.abandon()
                throw error
            }
            guard isWanted else {
                prepared.abandon()
                throw CommandError("not_confirmed", message: "the vault is as it was")
            }
        }
        try await prepared.perform()
        return prepared.plan
    }
}
