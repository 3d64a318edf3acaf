// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

import ArgumentParser
import CofferKeeper

/// `coffer bundle collect`: brings home what a bundle has recorded.
struct BundleCollectCommand: AsyncParsableCommand {
    /// What help says of it.
    static let configuration = CommandConfiguration(
        commandName: "collect", abstract: "Bring the events of a bundle home into the vault.",
        discussion: """
            What was read from a bundle is recorded in its file, signed by the identity it was for. Collecting is repeatable: what came \
            before is not taken twice.

              coffer bundle collect ci.bundle
            """)

    /// The bundle.
    @Argument(help: "The bundle's file, as it came back from the job.", completion: .file())
    var file: String

    /// Vault and identity.
    @OptionGroup(title: "Vault") var options: VaultOptions

    /// JSON.
    @OptionGroup var output: JSONOption

    /// Brings them home, and says how many there were.
    func run() async throws {
        try await options.withKeeper { keeper, context in
            let collected = try await keeper.collectBundle(file)
            let facts = FactSheet([
                ("bundle", collected.id), ("for", collected.identity), ("new events", "\(collected.added)"),
                ("events", "\(collected.events)"),
            ])
            try context.output.write(output.json ? JSONText.document(collected) : facts.text)
        }
    }
}
