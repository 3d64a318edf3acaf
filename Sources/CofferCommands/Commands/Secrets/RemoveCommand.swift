// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

import ArgumentParser
import CofferCredentials

/// `coffer remove`: removes an entry of any kind.
struct RemoveCommand: AsyncParsableCommand {
    /// What help says of it.
    static let configuration = CommandConfiguration(
        commandName: "remove", abstract: "Remove a secret, a connection or an app.",
        discussion: """
            On a terminal it asks first; elsewhere it wants --yes. Removing a connection does not end the grant at the \
            provider.

              coffer remove main/npm-token --yes
            """)

    /// The entry's path.
    @Argument(help: "The entry, as main/npm-token.", completion: PathCompletion.all)
    var path: String

    /// Whether nobody is asked.
    @Flag(help: "Remove it without asking.")
    var yes = false

    /// Vault and identity.
    @OptionGroup(title: "Vault") var options: VaultOptions

    /// Removes the entry.
    func run() async throws {
        let path = try CredentialPath(path)
        try await options.withKeeper { keeper, context in
            try await Removal(path, isConfirmed: yes).perform(keeper, context)
        }
    }
}
