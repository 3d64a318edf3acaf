// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

import ArgumentParser
import CofferKeeper

/// `coffer app list`.
struct AppListCommand: AsyncParsableCommand {
    /// What help says of it.
    static let configuration = CommandConfiguration(
        commandName: "list", abstract: "List the apps.",
        discussion: """
              coffer app list
              coffer app list --quiet
            """)

    /// Vault and identity.
    @OptionGroup(title: "Vault") var options: VaultOptions

    /// The form of the list.
    @OptionGroup var list: ListOptions

    /// Writes the list.
    func run() async throws {
        try await options.withKeeper { keeper, context in
            try ListOutput(items: try await keeper.apps(), now: context.now()).write(list.format, in: context)
        }
    }
}
