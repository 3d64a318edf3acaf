// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

import ArgumentParser
import CofferKeeper

/// `coffer space show`.
struct SpaceShowCommand: AsyncParsableCommand {
    /// What help says of it.
    static let configuration = CommandConfiguration(
        commandName: "show", abstract: "Show a space: who may open it, and what is in it.",
        discussion: """
              coffer space show main
            """)

    /// The name.
    @Argument(help: "The space, as main.", completion: PathCompletion.spaces)
    var name: String

    /// Vault and identity.
    @OptionGroup(title: "Vault") var options: VaultOptions

    /// JSON.
    @OptionGroup var output: JSONOption

    /// Writes the facts.
    func run() async throws {
        try await options.withKeeper { keeper, context in
            guard let space = try await keeper.spaces().first(where: { $0.space == name }) else {
                throw CommandError(
                    "not_found", message: "there is no space of that name", hint: "see: coffer space list")
            }
            try context.output.write(
                output.json ? JSONText.document(space) : space.facts(now: context.now()).text)
        }
    }
}
