// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

import ArgumentParser
import CofferCredentials
import CofferKeeper

/// `coffer app remove`.
struct AppRemoveCommand: AsyncParsableCommand {
    /// What help says of it.
    static let configuration = CommandConfiguration(
        commandName: "remove", abstract: "Remove an app that has no connections.",
        discussion: """
            The client stays registered at the provider, and its secret stays in force there, unless --unregister removes it \
            there first; for that the app must have come with --register or --registration-uri.

              coffer app remove main/amocrm
              coffer app remove main/idp --unregister --yes
            """)

    /// The app's path.
    @Argument(help: "The app, as main/amocrm.", completion: PathCompletion.apps)
    var path: String

    /// Whether nobody is asked.
    @Flag(help: "Remove it without asking.")
    var yes = false

    /// Whether it is removed at its provider too.
    @Flag(help: "Remove the client at its provider first (RFC 7592).")
    var unregister = false

    /// Vault and identity.
    @OptionGroup(title: "Vault") var options: VaultOptions

    /// Removes the app.
    func run() async throws {
        let path = try CredentialPath(path)
        try await options.withKeeper { keeper, context in
            let removal = Removal(path, kind: "app", isConfirmed: yes)
            guard unregister else { return try await removal.perform(keeper, context) }
            try await removal.perform(keeper, context, leavesNothing: true) { try await keeper.unregisterApp($0) }
        }
    }
}
