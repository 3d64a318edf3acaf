// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

import ArgumentParser
import CofferKeeper

/// `coffer identity protect`: keeps one's own identity in the vault, under a passphrase.
struct IdentityProtectCommand: AsyncParsableCommand {
    /// What help says of it.
    static let configuration = CommandConfiguration(
        commandName: "protect", abstract: "Keep your own identity in the vault, sealed under a passphrase.",
        discussion: """
            It is opened with --identity-in-vault NAME. Whoever copies the vault can guess at the passphrase without \
            anybody noticing: take the one that is proposed. An owner decides who belongs, and is sealed only with \
            --even-owner. Run it again to change the passphrase.

              coffer identity protect
              coffer list --identity-in-vault anna
            """)

    /// The descriptor of the new passphrase.
    @Option(help: ArgumentHelp("An open descriptor with the new passphrase, one line.", valueName: "n"))
    var newPassphraseFd: Int32?

    /// Whether an owner may be sealed.
    @Flag(help: "Seal it although it is an owner's: who guesses the passphrase owns the vault.")
    var evenOwner = false

    /// Vault and identity.
    @OptionGroup(title: "Vault") var options: VaultOptions

    /// JSON.
    @OptionGroup var output: JSONOption

    /// Chooses a passphrase, and seals the identity.
    func run() async throws {
        let choice = try PassphraseChoice(CommandContext.current, descriptor: newPassphraseFd)
        try await options.withKeeper { keeper, context in
            guard let own = try await keeper.identities().first(where: \.isOwn) else {
                throw CommandError("not_found", message: "the identity is not a member of the vault")
            }
            guard evenOwner || !own.isOwner else {
                throw CommandError(
                    "not_permitted", message: "\(own.name) is an owner: who guesses its passphrase owns the vault",
                    hint: "seal it all the same with --even-owner")
            }
            let isLeft = try await keeper.protectIdentity(
                under: try await choice.settle(), allowingOwner: evenOwner)
            context.diagnostics.note("\(own.name) is kept in the vault, sealed under the passphrase")
            if isLeft {
                context.diagnostics.warn(
                    "under the earlier passphrase it may still lie in the vault's log, since another program was reading: "
                        + "change the passphrase again when none does")
            }
            if output.json {
                try context.output.write(JSONText.document(try await keeper.identities().first(where: \.isOwn)))
            }
            context.diagnostics.hint("open the vault with: --identity-in-vault \(own.name)")
        }
    }
}
