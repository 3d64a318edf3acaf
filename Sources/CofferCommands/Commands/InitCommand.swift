// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

import ArgumentParser
import CofferKeeper

/// `coffer init`: a vault and its owner's identity.
struct InitCommand: AsyncParsableCommand {
    /// What help says of it.
    static let configuration = CommandConfiguration(
        commandName: "init", abstract: "Make a vault and the identity that owns it.",
        discussion: """
            Says where both are. Nothing that is there is ever replaced: run it again, and it changes nothing and says so. \
            Of a PostgreSQL database it makes the schema coffer, and the tables in it; no other command but upgrade does.

              coffer init
              coffer init --vault ./team.db --identity-file ./owner.identity
              coffer init --vault postgres://coffer@db.example/vault
            """)

    /// Vault and identity.
    @OptionGroup(title: "Vault") var options: VaultOptions

    /// JSON.
    @OptionGroup var output: JSONOption

    /// Makes both, and says where they are.
    func run() async throws {
        let context = CommandContext.current
        let network = context.network()
        let made: Result<InitialisedVault, any Error>
        do {
            let effects = VaultOptions.effects(context, network)
            made = .success(try await Keeper.initialise(options.location(context), effects: effects))
        } catch {
            made = .failure(error)
        }
        await network.shutdown()
        try VaultSummary(try made.get()).write(asJSON: output.json, context)
    }
}
