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

            A client that signs (--client-auth private-key-jwt) or shows a certificate (tls-client-auth, \
            self-signed-tls-client-auth) has no client_secret. A key that is made here never leaves the vault; what is \
            registered at the provider is printed, now and by: coffer app show PATH --jwks

              coffer app add main/amocrm --provider amocrm --client-id ID --redirect-uri URI
              coffer app add main/idp --issuer URL --client-id ID --ca-file ca.pem < secret.txt
              coffer app add main/cli --issuer URL --client-id ID --public
              coffer app add main/new --issuer URL --register --redirect-uri http://127.0.0.1/callback
              coffer app add main/okta --issuer URL --client-id ID --client-auth private-key-jwt --new-key es256
              coffer app add main/bank --issuer URL --client-id ID --client-auth tls-client-auth \\
                --certificate-file app.pem --certificate-key-file app.key
            """)

    /// The app's path.
    @Argument(help: "Where to keep it: SPACE/NAME, as main/amocrm.")
    var path: String

    /// The registration.
    @OptionGroup var registration: RegistrationOptions

    /// Trust and behaviour.
    @OptionGroup(title: "What differs at this server") var differences: DifferenceOptions

    /// Key and certificate.
    @OptionGroup(title: "Instead of a client_secret") var keys: KeyOptions

    /// Vault and identity.
    @OptionGroup(title: "Vault") var options: VaultOptions

    /// JSON.
    @OptionGroup var output: JSONOption

    /// Asks for what is missing, and adds the app.
    func run() async throws {
        let path = try CredentialPath(path)
        let context = CommandContext.current
        let draft = try await keys.applied(
            to: await differences.applied(to: try await AppQuestions(context).app(registration)))
        try await options.withKeeper { keeper, context in
            let (view, notes) =
                try await registration.register
                ? registered(path, draft, keeper) : (added(path, draft, keeper), [])
            try context.output.write(output.json ? JSONText.document(view) : view.facts.text)
            for note in notes { context.diagnostics.note(CommandError.clause(note)) }
            context.diagnostics.hint("connect an account with: coffer connect \(path)/ACCOUNT")
        }
    }

    private func added(_ path: CredentialPath, _ draft: NewApp, _ keeper: Keeper) async throws -> AppView {
        let secrets = AppSecrets(
            hasSecret: !differences.isPublic && draft.usesSecret, registrationURI: registration.registrationUri)
        return try await keeper.addApp(path, try await secrets.added(to: draft, CommandContext.current))
    }

    private func registered(
        _ path: CredentialPath, _ draft: NewApp, _ keeper: Keeper
    ) async throws -> (AppView, [String]) {
        var statement: String?
        if let file = registration.softwareStatement { statement = try await StatementFile.read(file) }
        let token =
            registration.initialToken
            ? try await SecretInput(CommandContext.current).text("initial access token") : nil
        return try await keeper.registerApp(
            path, draft, name: registration.clientName ?? "Coffer (\(path))", isPublic: differences.isPublic,
            initialAccessToken: token, softwareStatement: statement)
    }
}
