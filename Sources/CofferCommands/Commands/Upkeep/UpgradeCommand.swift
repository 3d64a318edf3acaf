// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

import ArgumentParser
import CofferKeeper

/// `coffer upgrade`: the tables of a vault's database as this program wants them.
struct UpgradeCommand: AsyncParsableCommand {
    /// What help says of it.
    static let configuration = CommandConfiguration(
        commandName: "upgrade", abstract: "Bring the tables of the vault's database to this program's format.",
        discussion: """
            After Coffer was updated, where a command says that the database is an older one's. All of it happens in one \
            transaction, or nothing; programs that are older refuse the database from then on. It takes no identity, but a \
            user of the database that owns the tables, which agents don't need. No other command but init changes tables. A \
            vault in a file needs none.

              coffer upgrade --vault postgres://coffer_owner@db.example/vault
            """)

    /// The vault.
    @OptionGroup(title: "Vault") var options: VaultOptions

    /// JSON.
    @OptionGroup var output: JSONOption

    /// Upgrades, and says from which format to which.
    func run() async throws {
        let context = CommandContext.current
        let location = try options.location(context)
        let view = UpgradeView(location.vaultPath, try await Keeper.upgrade(location))
        try context.output.write(output.json ? JSONText.document(view) : view.facts.text)
        if view.format == view.formatBefore { context.diagnostics.note("there was nothing to upgrade") }
    }
}
