// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

import ArgumentParser
import CofferCredentials
import CofferKeeper
import CofferOAuth

/// `coffer app show`.
struct AppShowCommand: AsyncParsableCommand {
    /// What help says of it.
    static let configuration = CommandConfiguration(
        commandName: "show", abstract: "Show an app; no secret is among it.",
        discussion: """
            The client_secret is read with: coffer get PATH#client_secret

            --jwks prints nothing but the public half of the key that signs for the app, as a set (RFC 7517) to be \
            registered at its provider.

              coffer app show main/amocrm
              coffer app show main/bank --jwks > jwks.json
            """)

    /// The app's path.
    @Argument(help: "The app, as main/amocrm.", completion: PathCompletion.apps)
    var path: String

    /// Whether only the public key is printed.
    @Flag(help: "Print the public key to be registered, and nothing else.")
    var jwks = false

    /// Vault and identity.
    @OptionGroup(title: "Vault") var options: VaultOptions

    /// JSON.
    @OptionGroup var output: JSONOption

    /// Writes the facts.
    func run() async throws {
        let path = try CredentialPath(path)
        try await options.withKeeper { keeper, context in
            guard var app = try await keeper.apps().first(where: { $0.path == path.description }) else {
                throw CommandError(
                    "not_found", message: "there is no app \(path)", hint: "see: coffer app list", path: path)
            }
            if jwks {
                guard let keys = app.publicKeys else {
                    throw CommandError("usage", message: "no key signs for \(path)", path: path)
                }
                return try context.output.write(keys.text + "\n")
            }
            if let entry = try? ProviderLibrary(context.environment).entry(id: app.provider) {
                app.descriptionDiffers = try await keeper.differs(path, from: entry)
            }
            try context.output.write(output.json ? JSONText.document(app) : app.facts.text)
        }
    }
}
