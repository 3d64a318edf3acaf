// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

import ArgumentParser
import CofferKeeper
import CofferVault

/// `coffer rekey`: brings spaces under new keys.
struct RekeyCommand: AsyncParsableCommand {
    /// What help says of it.
    static let configuration = CommandConfiguration(
        commandName: "rekey", abstract: "Seal everything again under new keys, and retire the old ones.",
        discussion: """
            After a member was removed, or whenever keys should be new. It may be interrupted at any point: run again, it goes \
            on where it was. Others read and write meanwhile. The old keys are retired when nothing lies under them any more, \
            and what they sealed is gone from the file: no program accepts anything under them again. If something keeps them, \
            it is named, and the command ends with 65 (damaged) or 83 (run it again later). Wrapped to those who held them, the \
            old keys stay in the chain of manifests: they open copies and backups from before.

              coffer rekey
              coffer rekey main ci
            """)

    /// The spaces.
    @Argument(
        help: ArgumentHelp("The spaces; all if none is named.", valueName: "space"), completion: PathCompletion.spaces)
    var spaces: [String] = []

    /// Vault and identity.
    @OptionGroup(title: "Vault") var options: VaultOptions

    /// The form of the list.
    @OptionGroup var list: ListOptions

    /// Re-keys, and shows what became of each space.
    func run() async throws {
        try await options.withKeeper { keeper, context in
            let progress = RekeyProgressLine(
                context.diagnostics, now: context.now, isQuiet: list.format == .quiet)
            defer { progress.end() }
            let report = try await keeper.rekey(spaces) { progress.show($0) }
            progress.end()
            let rows = report.spaces.map(RekeyRow.init)
            try ListOutput(items: rows, now: context.now()).write(list.format, in: context)
            for row in rows { row.explain(to: context.diagnostics) }
            if report.mendedHashCount > 0 {
                context.diagnostics.warn(
                    "\(report.mendedHashCount) hashes beside events were not the events' own, and were written anew")
            }
            if report.spaces.contains(where: { $0.kept == .damaged }) { throw PrintedOutcome(status: .damaged) }
            if !report.isFinished { throw PrintedOutcome(status: .unproven) }
        }
    }
}
