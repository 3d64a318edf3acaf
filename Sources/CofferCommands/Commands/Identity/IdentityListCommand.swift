// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

import ArgumentParser
import CofferKeeper

/// `coffer identity list`.
struct IdentityListCommand: AsyncParsableCommand {
    /// What help says of it.
    static let configuration = CommandConfiguration(
        commandName: "list", abstract: "List who may open what.",
        discussion: """
            Times are those of the clock of the owner who made the change.

              coffer identity list
              coffer identity list --all --json
            """)

    /// Whether those who have left are shown.
    @Flag(help: "Also those who were removed.")
    var all = false

    /// Vault and identity.
    @OptionGroup(title: "Vault") var options: VaultOptions

    /// The form of the list.
    @OptionGroup var list: ListOptions

    /// Writes the list.
    func run() async throws {
        try await options.withKeeper { keeper, context in
            let identities = try await keeper.identities(includingDeparted: all)
            try ListOutput(items: identities, now: context.now()).write(list.format, in: context)
        }
    }
}
