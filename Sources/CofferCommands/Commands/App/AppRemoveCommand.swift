// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

import ArgumentParser
import CofferCredentials

/// `coffer app remove`.
struct AppRemoveCommand: AsyncParsableCommand {
    /// What help says of it.
    static let configuration = CommandConfiguration(
        commandName: "remove", abstract: "Remove an app that has no connections.",
        discussion: "The client stays registered at the provider, and its secret stays in force there.")

    /// The app's path.
    @Argument(help: "The app, as main/amocrm.")
    var path: String

    /// Whether nobody is asked.
    @Flag(help: "Remove it without asking.")
    var yes = false

    /// Vault and identity.
    @OptionGroup(title: "Vault") var options: VaultOptions

    /// Removes the app.
    func run() async throws {
        let path = try CredentialPath(path)
        try await options.withKeeper { keeper, context in
            try await Removal(path, kind: "app", isConfirmed: yes).perform(keeper, context)
        }
    }
}
