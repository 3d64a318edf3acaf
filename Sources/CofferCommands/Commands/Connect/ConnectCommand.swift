// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

import ArgumentParser
import CofferCredentials

/// `coffer connect`: authorises an account.
struct ConnectCommand: AsyncParsableCommand {
    /// What help says of it.
    static let configuration = CommandConfiguration(
        commandName: "connect", abstract: "Authorise an account: one grant of one account to one app.",
        discussion: """
            Prints an address for the browser, and opens it if there is one. Where the provider sends the browser back to \
            this machine, that is waited for; elsewhere the address it ends at is pasted whole. The account found is shown \
            before it is saved. Where this machine has no browser, --device shows a code to enter on another.

              coffer connect main/idp/alice
              coffer connect main/amocrm/acme --paste
              coffer connect main/idp/alice --device
              coffer connect main/idp/service --client-credentials --yes
              coffer connect main/idp/bob --import-refresh-token --yes < refresh-token.txt
              coffer connect main/b24/acme --event --yes < onappinstall.http
            """)

    /// The connection's path.
    @Argument(
        help: "The app's path and a name for the account, as main/amocrm/acme.", completion: PathCompletion.connectable)
    var path: String

    /// How the account is authorised.
    @OptionGroup(title: "Ways") var ways: ConnectOptions

    /// Whether nobody is asked.
    @Flag(help: "Save the account without asking whether it is the right one.")
    var yes = false

    /// Vault and identity.
    @OptionGroup(title: "Vault") var options: VaultOptions

    /// JSON.
    @OptionGroup var output: JSONOption

    /// Authorises the account, has it confirmed, and shows the connection.
    func run() async throws {
        let path = try CredentialPath(path)
        let confirmation = try AccountConfirmation(isConfirmed: yes, CommandContext.current)
        try await options.withKeeper { keeper, context in
            let found = try await ways.way.find(path, ways, keeper, context)
            let connection = try await confirmation.settle(found, keeper)
            try context.output.write(
                output.json
                    ? JSONText.document(connection, version: .formatVersion)
                    : connection.line(now: context.now()) + "\n")
        }
    }
}
