// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

import ArgumentParser
import CofferCredentials
import CofferKeeper

/// `coffer app show`.
struct AppShowCommand: AsyncParsableCommand {
    /// What help says of it.
    static let configuration = CommandConfiguration(
        commandName: "show", abstract: "Show an app; no secret is among it.",
        discussion: "The client_secret is read with: coffer get PATH#client_secret")

    /// The app's path.
    @Argument(help: "The app, as main/amocrm.")
    var path: String

    /// Vault and identity.
    @OptionGroup(title: "Vault") var options: VaultOptions

    /// JSON.
    @OptionGroup var output: JSONOption

    /// Writes the facts.
    func run() async throws {
        let path = try CredentialPath(path)
        try await options.withKeeper { keeper, context in
            guard let app = try await keeper.apps().first(where: { $0.path == path.description }) else {
                throw CommandError(
                    "not_found", message: "there is no app \(path)", hint: "see: coffer app list", path: path)
            }
            try context.output.write(output.json ? JSONText.document(app) : app.facts.text)
        }
    }
}
