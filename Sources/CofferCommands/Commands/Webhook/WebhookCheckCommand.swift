// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

import ArgumentParser
import CofferCredentials
import CofferKeeper
import CofferOAuth

/// `coffer webhook check`: whether a request is one of the provider's.
struct WebhookCheckCommand: AsyncParsableCommand {
    /// What help says of it.
    static let configuration = CommandConfiguration(
        commandName: "check", abstract: "Check a webhook with what the vault keeps.",
        discussion: """
            Reads the whole request from standard input as it came: request line, header fields, an empty line, and the body byte \
            for byte. What is proven of it is printed, which is less than what stands in it; one that is not believed is 65. The \
            path is the app's, or the connection's whose account it has to be about. Which proofs a provider's webhooks have is \
            shown by coffer provider show.

              coffer webhook check main/amocrm --name removal < request.http
              coffer webhook check main/amocrm --name chats --key main/amocrm-channel < request.http
              coffer webhook check main/b24/acme --json < request.http
            """)

    /// The app's or the connection's path.
    @Argument(help: "The app, or the connection that it has to be about.", completion: PathCompletion.grants)
    var path: String

    /// Which webhook is waited for.
    @Option(help: ArgumentHelp("Which of the provider's webhooks it has to be.", valueName: "name"))
    var name: String?

    /// The static secret that it is checked with.
    @Option(
        help: ArgumentHelp("The static secret that it is checked with, where it has one of its own.", valueName: "path")
    )
    var key: String?

    /// Vault and identity.
    @OptionGroup(title: "Vault") var options: VaultOptions

    /// JSON.
    @OptionGroup var output: JSONOption

    /// Reads the request, checks it, and shows what is proven.
    func run() async throws {
        let path = try CredentialPath(path)
        let key = try key.map { try CredentialPath($0) }
        let request = try await WebhookInput.read(CommandContext.current)
        try await options.withKeeper { keeper, context in
            let checked = try await keeper.check(request, at: path, named: name, keyPath: key)
            let view = WebhookView(checked)
            try context.output.write(output.json ? JSONText.document(view) : view.facts.text)
        }
    }
}
