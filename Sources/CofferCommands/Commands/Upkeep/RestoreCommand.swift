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
            since. The present file is kept beside the vault.

              coffer restore /mnt/backup/coffer-2026-11-20.db
            """)

    /// The backup.
    @Argument(help: "The backup's file; it is only read.")
    var file: String

    /// Whether nobody is asked.
    @Flag(help: "Do it without asking.")
    var yes = false

    /// Vault and identity.
    @OptionGroup(title: "Vault") var options: VaultOptions

    /// JSON.
    @OptionGroup var form: JSONOption

    /// Shows what will be lost, asks, and restores.
    func run() async throws {
        let context = CommandContext.current
        guard yes || (context.input.isTerminal && context.terminal.isPresent) else {
            throw CommandError(
                "usage", message: "there is nobody to ask whether the vault should go back to \(file)",
                hint: "restore it without asking with --yes")
        }
        let network = context.network()
        let effects = VaultOptions.effects(context, network)
        let result: Result<RestorePlan, any Error>
        do { result = .success(try await restore(context, effects)) } catch { result = .failure(error) }
        await network.shutdown()
        try RestoreSheet(result.get()).write(asJSON: form.json, context)
    }

    private func restore(_ context: CommandContext, _ effects: KeeperEffects) async throws -> RestorePlan {
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
