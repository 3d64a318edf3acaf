// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

import ArgumentParser
import CofferKeeper

/// `coffer space remove`.
struct SpaceRemoveCommand: AsyncParsableCommand {
    /// What help says of it.
    static let configuration = CommandConfiguration(
        commandName: "remove", abstract: "Remove a space that has no entries.",
        discussion: """
            Its keys are gone then. On a terminal it asks first; elsewhere it wants --yes.

              coffer space remove ci --yes
            """)

    /// The name.
    @Argument(help: "The space, as ci.", completion: PathCompletion.spaces)
    var name: String

    /// Whether nobody is asked.
    @Flag(help: "Remove it without asking.")
    var yes = false

    /// Vault and identity.
    @OptionGroup(title: "Vault") var options: VaultOptions

    /// JSON.
    @OptionGroup var output: JSONOption

    /// Asks, and removes the space.
    func run() async throws {
        let question = try RemovalQuestion(isConfirmed: yes, CommandContext.current)
        try await options.withKeeper { keeper, context in
            guard let space = try await keeper.spaces().first(where: { $0.space == name }) else {
                throw CommandError(
                    "not_found", message: "there is no space of that name", hint: "see: coffer space list")
            }
            try await question.settle("remove the space \(name)?")
            try await keeper.removeSpace(name)
            if output.json { try context.output.write(JSONText.document(space)) }
            context.diagnostics.note("removed the space \(name)")
        }
    }
}
