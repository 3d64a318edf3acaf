// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

import ArgumentParser
import CofferCredentials
import CofferKeeper

/// `coffer webhook token`: keeps what an account's webhooks prove themselves with.
struct WebhookTokenCommand: AsyncParsableCommand {
    /// What help says of it.
    static let configuration = CommandConfiguration(
        commandName: "token", abstract: "Keep the token that an account's webhooks carry (application_token).",
        discussion: """
            Asks for it at a hidden prompt, or reads it from standard input. Bitrix24 shows it to an application that is opened in \
            the portal, and sends it with each event; from the event of an installation itself coffer connect --event takes it, \
            after its refresh token has proven whose it is.

              coffer webhook token main/b24/acme
            """)

    /// The connection's path.
    @Argument(help: "The connection.", completion: PathCompletion.connections)
    var path: String

    /// Vault and identity.
    @OptionGroup(title: "Vault") var options: VaultOptions

    /// Reads the token, and keeps it.
    func run() async throws {
        let path = try CredentialPath(path)
        try await options.withKeeper { keeper, context in
            // Whether it can be kept is asked before the person is.
            try await keeper.requireWebhookToken(path)
            let token = try await SecretInput(context).text("application_token")
            let isReplaced = try await keeper.keepWebhookToken(token, at: path)
            context.diagnostics.note("\(isReplaced ? "replaced" : "kept") the application_token of \(path)")
        }
    }
}
