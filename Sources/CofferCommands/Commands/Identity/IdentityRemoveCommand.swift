// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

import ArgumentParser
import CofferKeeper

/// `coffer identity remove`: keeps somebody from what is written from now on, and says what they have.
struct IdentityRemoveCommand: AsyncParsableCommand {
    /// What help says of it.
    static let configuration = CommandConfiguration(
        commandName: "remove", abstract: "Remove an identity, and say what it could read.",
        discussion: """
            What it could read it has: a removal protects what is written afterwards. The commands that replace what it \
            could read are printed. On a terminal it asks first; elsewhere it wants --yes. Removing an owner prints the \
            new pin, which everybody must get who trusts an older one.

              coffer identity remove ci
              coffer identity remove anna --yes > pin.txt
            """)

    /// The name.
    @Argument(help: "The identity's name in this vault.")
    var name: String

    /// Whether nobody is asked.
    @Flag(help: "Remove it without asking.")
    var yes = false

    /// Vault and identity.
    @OptionGroup(title: "Vault") var options: VaultOptions

    /// JSON.
    @OptionGroup var output: JSONOption

    /// Says what it could read, asks, removes it, and says what to do.
    func run() async throws {
        let question = try RemovalQuestion(isConfirmed: yes, CommandContext.current)
        try await options.withKeeper { keeper, context in
            for space in try await keeper.exposure(of: name) { context.diagnostics.note(space.line(of: name)) }
            try await question.settle("remove \(name)?")
            let removed = try await keeper.removeIdentity(name)
            // The warnings first: the output may fail, and the removal stands all the same.
            removed.tell(context.diagnostics)
            if output.json {
                try context.output.write(JSONText.document(removed))
            } else if removed.wasOwner {
                try context.output.write(removed.pin + "\n")
            }
        }
    }
}
