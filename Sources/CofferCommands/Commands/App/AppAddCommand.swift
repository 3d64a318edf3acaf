// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

import ArgumentParser
import CofferCredentials
import CofferKeeper

/// `coffer app add`: an OAuth client registration, with its `client_secret`.
struct AppAddCommand: AsyncParsableCommand {
    /// What help says of it.
    static let configuration = CommandConfiguration(
        commandName: "add", abstract: "Add an app: a client that is registered at a provider.",
        discussion: """
            The client_secret is asked for, hidden; or it is the one line of standard input. With --registration-uri the \
            registration access token follows, as the second line. What is missing is asked for on a terminal.

              coffer app add main/amocrm --provider amocrm --client-id ID --redirect-uri URI
              coffer app add main/idp --issuer URL --client-id ID --ca-file ca.pem < secret.txt
              coffer app add main/cli --issuer URL --client-id ID --public
            """)

    /// The app's path.
    @Argument(help: "Where to keep it: SPACE/NAME, as main/amocrm.")
    var path: String

    /// The registration.
    @OptionGroup var registration: RegistrationOptions

    /// Trust and behaviour.
    @OptionGroup(title: "What differs at this server") var differences: DifferenceOptions

    /// Vault and identity.
    @OptionGroup(title: "Vault") var options: VaultOptions

    /// JSON.
    @OptionGroup var output: JSONOption

    /// Asks for what is missing, and adds the app.
    func run() async throws {
        let path = try CredentialPath(path)
        let context = CommandContext.current
        let draft = try differences.applied(to: try await AppQuestions(context).app(registration))
        let secrets = AppSecrets(isPublic: differences.isPublic, registrationURI: registration.registrationUri)
        try await options.withKeeper { keeper, context in
            let app = try await secrets.added(to: draft, context)
            let view = try await keeper.addApp(path, app)
            try context.output.write(output.json ? JSONText.document(view) : view.facts.text)
            context.diagnostics.hint("connect an account with: coffer connect \(path)/ACCOUNT")
        }
    }
}
