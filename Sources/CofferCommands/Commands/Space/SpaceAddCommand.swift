// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

import ArgumentParser
import CofferKeeper

/// `coffer space add`.
struct SpaceAddCommand: AsyncParsableCommand {
    /// What help says of it.
    static let configuration = CommandConfiguration(
        commandName: "add", abstract: "Add a space, whose keys every owner holds.",
        discussion: """
              coffer space add ci
              coffer identity add runner --role reader --space ci < public.txt
            """)

    /// The name.
    @Argument(help: "The name: the first segment of the paths that will lie in it.")
    var name: String

    /// Vault and identity.
    @OptionGroup(title: "Vault") var options: VaultOptions

    /// JSON.
    @OptionGroup var output: JSONOption

    /// Adds the space.
    func run() async throws {
        try await options.withKeeper { keeper, context in
            let space = try await keeper.addSpace(name)
            if output.json { try context.output.write(JSONText.document(space)) }
            context.diagnostics.note("added the space \(name); every owner may open it")
            context.diagnostics.hint("let others in with: coffer identity add NAME --role ROLE --space \(name)")
        }
    }
}
