// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

import ArgumentParser
import CofferKeeper

/// `coffer list`: every entry, or those below a prefix.
struct ListCommand: AsyncParsableCommand {
    /// What help says of it.
    static let configuration = CommandConfiguration(
        commandName: "list", abstract: "List the entries: apps, connections and secrets.",
        discussion: """
              coffer list
              coffer list main --quiet
            """)

    /// Where to begin.
    @Argument(help: "A space, or the beginning of a path up to a slash.", completion: PathCompletion.beginnings)
    var prefix: String?

    /// Vault and identity.
    @OptionGroup(title: "Vault") var options: VaultOptions

    /// The form of the list.
    @OptionGroup var list: ListOptions

    /// Writes the list.
    func run() async throws {
        try await options.withKeeper { keeper, context in
            let entries = try await keeper.list(below: prefix)
            try ListOutput(items: entries, now: context.now()).write(list.format, in: context)
        }
    }
}
