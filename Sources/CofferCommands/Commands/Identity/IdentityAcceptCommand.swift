// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

import ArgumentParser
import CofferKeeper
import CofferVault

/// `coffer identity accept`: joins an owner's invitation to the key that it was made for.
struct IdentityAcceptCommand: AsyncParsableCommand {
    /// What help says of it.
    static let configuration = CommandConfiguration(
        commandName: "accept", abstract: "Accept the invitation that an owner sent back.",
        discussion: """
            Shows what was granted and the fingerprint of the owner who invites. Compare it with the one that the owner \
            told you by another channel: from now on the identity trusts that owner's vault and no other.

              coffer identity accept < invitation.txt
              coffer identity accept --fingerprint 1a2b-3c4d-5e6f-7081 coffer-invite-1…
            """)

    /// The invitation.
    @Argument(help: ArgumentHelp("The invitation; else it is read from standard input.", valueName: "coffer-invite-1…"))
    var invitation: String?

    /// The owner's fingerprint.
    @Option(help: "The owner's fingerprint, as it was told: compared instead of asking.")
    var fingerprint: String?

    /// Where the identity is.
    @OptionGroup var file: IdentityFileOption

    /// JSON.
    @OptionGroup var output: JSONOption

    /// Reads the invitation, shows it, and joins it to the key.
    func run() async throws {
        let context = CommandContext.current
        let question = try FingerprintQuestion(fingerprint, context)
        let text = try await LineArgument.text(invitation, "invitation", context)
        let pending = try await PendingAcceptance(text, for: try file.source(context))
        let view = InvitationView(pending)
        // Before the question, since it is what the question is about; on standard output only once it is true.
        if fingerprint == nil { for line in view.lines { context.diagnostics.note(line) } }
        try await question.settle(view.ownerFingerprint, of: "the owner who invites you", toldBy: "the owner")
        try pending.confirm()
        try context.output.write(output.json ? JSONText.document(view) : view.facts.text)
        context.diagnostics.hint(
            "the vault itself you get from its owner too, or name it with --vault; then: coffer list")
    }
}
