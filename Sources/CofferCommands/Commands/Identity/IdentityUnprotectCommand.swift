// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

import ArgumentParser
import CofferKeeper

/// `coffer identity unprotect`: takes one's own identity out of the vault.
struct IdentityUnprotectCommand: AsyncParsableCommand {
    /// What help says of it.
    static let configuration = CommandConfiguration(
        commandName: "unprotect", abstract: "Take your own identity out of the vault again.",
        discussion: """
            Only what is sealed in the vault goes: without a copy elsewhere the identity is lost. Backups and copies of \
            the vault keep it. On a terminal it asks first; elsewhere it wants --yes.

              coffer identity unprotect --identity-in-vault anna
            """)

    /// Whether nobody is asked.
    @Flag(help: "Do it without asking.")
    var yes = false

    /// Vault and identity.
    @OptionGroup(title: "Vault") var options: VaultOptions

    /// JSON.
    @OptionGroup var output: JSONOption

    /// Asks, and takes it out.
    func run() async throws {
        let question = try RemovalQuestion(isConfirmed: yes, CommandContext.current)
        try await options.withKeeper { keeper, context in
            try await question.settle("take your identity out of the vault? Without a copy elsewhere it is lost.")
            let isLeft = try await keeper.unprotectIdentity()
            context.diagnostics.note("the identity is no longer kept in the vault")
            if isLeft {
                context.diagnostics.warn(
                    "it may still lie in the vault's log, since another program was reading: an owner's coffer rekey clears it"
                )
            }
            if output.json {
                try context.output.write(JSONText.document(try await keeper.identities().first(where: \.isOwn)))
            }
        }
    }
}
