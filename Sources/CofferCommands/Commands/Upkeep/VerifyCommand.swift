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

            With --backup a backup is checked instead, in a private copy under TMPDIR: nothing is written into it, beside it \
            or into the vault, and the vault need not be there.

              coffer verify
              coffer verify --json
              coffer verify --backup /mnt/backup/coffer-2026-11-20.db
            """)

    /// The backup to check instead.
    @Option(help: ArgumentHelp("Check this backup instead of the vault.", valueName: "file"))
    var backup: String?

    /// Vault and identity.
    @OptionGroup(title: "Vault") var options: VaultOptions

    /// The form of the list.
    @OptionGroup var list: ListOptions

    /// Checks, and shows what was found.
    func run() async throws {
        if let backup { return try await examine(backup) }
        try await options.withKeeper { keeper, context in
            try await show(in: context) { progress in try await keeper.verify(progress: progress) }
        }
    }

    private func examine(_ backup: String) async throws {
        let context = CommandContext.current
        let network = context.network()
        let effects = VaultOptions.effects(context, network)
        let result: Result<Void, any Error>
        do {
            let location = try options.location(context)
            let named = context.environment["TMPDIR"].flatMap { $0.hasPrefix("/") ? $0 : nil }
            try await show(in: context) { progress in
                try await Keeper.verify(
                    backup: backup, of: location, copyingInto: named ?? "/tmp", effects: effects, progress: progress)
            }
            result = .success(())
        } catch {
            result = .failure(error)
        }
        await network.shutdown()
        try result.get()
    }

    private func show(
        in context: CommandContext,
        _ check: (@escaping @Sendable (VerifyProgress) -> Void) async throws -> VerifyReport
    ) async throws {
        let progress = VerifyProgressLine(context.diagnostics, isQuiet: list.format == .quiet)
        let report = try await check { progress.show($0) }
        progress.end()
        try Task.checkCancellation()
        try VerifyOutput(report).write(list.format, in: context)
        if !report.isSound { throw PrintedOutcome(status: .damaged) }
    }
}
