// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

import ArgumentParser
import CofferKeeper
import CofferVault

/// `coffer identity add`: lets somebody in, without seeing their key.
struct IdentityAddCommand: AsyncParsableCommand {
    /// What help says of it.
    static let configuration = CommandConfiguration(
        commandName: "add", abstract: "Let an identity into spaces, and print the invitation for it.",
        discussion: """
            Takes the line that `coffer identity new` printed. Compare the fingerprint with the one that its owner told you \
            by another channel: whoever could change the line on the way could have put a key of their own there. A member \
            that is there already is given further spaces under its name. The same command once more prints the invitation again.

              coffer identity add ci --role reader --space main < public.txt > invitation.txt
              coffer identity add anna --role owner coffer-public-1…
              coffer identity add ci --role issuer --space ci --fingerprint 1a2b-3c4d-5e6f-7081 < public.txt
            """)

    /// The name.
    @Argument(help: "What to call it in this vault, as ci.")
    var name: String

    /// The public identity.
    @Argument(
        help: ArgumentHelp("The public identity; else it is read from standard input.", valueName: "coffer-public-1…"))
    var publicText: String?

    /// The role.
    @Option(help: "What it may do: reader, issuer or owner.")
    var role: RoleArgument

    /// The spaces.
    @Option(
        name: .customLong("space"),
        help: ArgumentHelp("A space; may be repeated. An owner is given all of them by default.", valueName: "name"))
    var spaces: [String] = []

    /// The fingerprint.
    @Option(help: "Its fingerprint, as it was told: compared instead of asking.")
    var fingerprint: String?

    /// Vault and identity.
    @OptionGroup(title: "Vault") var options: VaultOptions

    /// JSON.
    @OptionGroup var output: JSONOption

    /// Refuses readers and issuers of nothing.
    func validate() throws {
        guard !spaces.isEmpty || role == .owner else {
            throw ValidationError("name what it may open with --space; only an owner is given all spaces by default")
        }
    }

    /// Compares the fingerprint, adds the identity, and prints the invitation.
    func run() async throws {
        let context = CommandContext.current
        let question = try FingerprintQuestion(fingerprint, context)
        let text = try PublicIdentityText(
            reading: try await LineArgument.text(publicText, "public identity", context))
        try await question.settle(text.identity.fingerprint, of: "the key for \(name)", toldBy: name)
        try await options.withKeeper { keeper, context in
            let made = try await keeper.addIdentity(
                text, name: name, role: role.role, spaces: spaces.isEmpty ? nil : spaces)
            let view = IssuedInvitationView(made)
            // What was done is told first: the output may fail, and the member is there all the same.
            for line in view.lines { context.diagnostics.note(line) }
            do throws(CommandError) {
                try context.output.write(output.json ? JSONText.document(view) : made.text + "\n")
            } catch {
                throw CommandError(
                    error.code, status: error.status, message: error.message,
                    hint: "\(name) was added: the same command prints the invitation again")
            }
            context.diagnostics.hint("send the line back, for: coffer identity accept")
        }
    }
}

/// The roles by name.
enum RoleArgument: String, ExpressibleByArgument, CaseIterable {
    case reader
    case issuer
    case owner

    /// The role.
    var role: Role {
        switch self {
        case .reader: .reader
        case .issuer: .issuer
        case .owner: .owner
        }
    }
}
