// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

import ArgumentParser
import CofferCredentials

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

            Where coffer agent serves this vault and no identity is named, the agent is asked for values and access tokens, and \
            no identity is needed; not with --reason and --pin.
            """)

    /// The reference.
    @Argument(help: "PATH, PATH#FIELD or coffer://PATH#FIELD.", completion: PathCompletion.all)
    var reference: String

    /// The field.
    @Option(help: "The field, as another way to write PATH#FIELD.")
    var field: String?

    /// Whether it may be shown on a terminal.
    @OptionGroup var revealing: RevealOption

    /// Whether the agent is asked.
    @OptionGroup var agent: AgentOption

    /// Vault and identity.
    @OptionGroup(title: "Vault") var options: VaultOptions

    /// Prints the field.
    func run() async throws {
        let reference = try EntryReference(reference, field: field)
        try revealing.check(CommandContext.current)
        try await options.withSource(of: [reference], unless: agent.isLeftOut) { source, context in
            try context.output.write(try await source.value(of: reference))
        }
    }
}
