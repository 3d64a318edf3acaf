// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

import ArgumentParser
import CofferRotation

/// `coffer rotate resume`: goes on with a rotation.
struct RotateResumeCommand: AsyncParsableCommand {
    /// What help says of it.
    static let configuration = CommandConfiguration(
        commandName: "resume", abstract: "Go on with a rotation at the last step that was journalled.",
        discussion: """
            Where a person is awaited, the new secret is asked for, hidden; or it is the one line of standard input. Where \
            the removal of the old secret is awaited, the provider is asked whether it is dead, then the person; or --removed \
            says so.

            Where the provider gave another client id with the secret (Bitrix24, Salesforce), --client-id has it; at a terminal it \
            is asked for as well. What was granted to the old one needs a person then: coffer rotate links

            --by-hand leaves to a person what a program was to do, if it fails or is not set on this machine. \
            --without-answers goes on where the provider never answers: what it was asked stays unproven, and \
            connections that got no new tokens are left open. It waits no longer, so that a wrong secret may come into force.

              coffer rotate resume
              coffer rotate resume r-0123456789abcdef < new-secret.txt
              coffer rotate resume r-0123456789abcdef --client-id local.0123456789abcd.01234567 < new-secret.txt
              coffer rotate resume r-0123456789abcdef --removed
            """)

    /// Which rotation.
    @Argument(help: "The rotation; the only one that is open unless named.")
    var id: String?

    /// Whether a person does what a program was to do.
    @Flag(help: "Have a person replace the secret, whatever was planned.")
    var byHand = false

    /// Whether it goes on without what nobody answers.
    @Flag(help: "Take what the provider does not answer for unproven, and leave what it gives no tokens.")
    var withoutAnswers = false

    /// That the old secret is removed.
    @Flag(help: "The old secret is removed at the provider, where that is waited for.")
    var removed = false

    /// The client id that came with the new secret.
    @OptionGroup var client: ClientIDOption

    /// Who is told of it.
    @OptionGroup(title: "Who is told") var notify: NotifyOptions

    /// Vault and identity.
    @OptionGroup(title: "Vault") var options: VaultOptions

    /// JSON.
    @OptionGroup var output: JSONOption

    /// Goes on as far as it goes.
    func run() async throws {
        let id = try id.map { try RotationID($0) }
        try await options.withKeeper(notify: notify) { keeper, context in
            let person = OperatorAtTerminal(
                context, readsInput: true, clientID: client.clientId, saysRemoved: removed)
            try await RotationRun(keeper, context, person, byHand: byHand, withoutAnswers: withoutAnswers)
                .run(id, asJSON: output.json)
        }
    }
}
