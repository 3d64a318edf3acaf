// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

import ArgumentParser
import CofferKeeper

/// `coffer get`: prints one field of an entry, byte for byte.
struct GetCommand: AsyncParsableCommand {
    /// What help says of it.
    static let configuration = CommandConfiguration(
        commandName: "get", abstract: "Print a secret, byte for byte.",
        discussion: """
            The default field is the value of a secret and the access token of a connection. Other fields are token_type, \
            expires_at, account_url and client_id; client_secret and refresh_token need an issuer's identity.

              coffer get main/npm-token > token.txt
              coffer get main/amocrm#client_id
              coffer get coffer://main/amocrm/acme#account_url
            """)

    /// The reference.
    @Argument(help: "PATH, PATH#FIELD or coffer://PATH#FIELD.")
    var reference: String

    /// The field.
    @Option(help: "The field, as another way to write PATH#FIELD.")
    var field: String?

    /// Whether it may be shown on a terminal.
    @OptionGroup var revealing: RevealOption

    /// Vault and identity.
    @OptionGroup(title: "Vault") var options: VaultOptions

    /// Prints the field.
    func run() async throws {
        let reference = try EntryReference(reference, field: field)
        try revealing.check(CommandContext.current)
        try await options.withKeeper { keeper, context in
            try context.output.write(try await keeper.get(reference.path, field: reference.field))
        }
    }
}
