// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

import ArgumentParser
import CofferCredentials
import CofferKeeper

/// `coffer app driver`: what replaces an app's `client_secret` when it is rotated from this machine.
struct AppDriverCommand: AsyncParsableCommand {
    /// What help says of it.
    static let configuration = CommandConfiguration(
        commandName: "driver", abstract: "Show what replaces an app's client_secret, or set a program that does.",
        discussion: """
            The program gets a JSON document on standard input and answers with one: see docs/command-driver.md. It is set for \
            this machine and this user alone, in a file beside the vault's identity: nothing in a vault can have a program run. \
            Arguments are seen by every user of the machine; no secret belongs there.

              coffer app driver main/intranet
              coffer app driver main/intranet --command /usr/local/libexec/replace-secret --argument --realm --argument staff
              coffer app driver main/intranet --none
            """)

    /// The app's path.
    @Argument(help: "The app, as main/amocrm.")
    var path: String

    /// The program.
    @Option(help: ArgumentHelp("The program that replaces the client_secret: its absolute path.", valueName: "program"))
    var command: String?

    /// Its arguments.
    @Option(
        name: .customLong("argument"), parsing: .unconditionalSingleValue,
        help: ArgumentHelp("An argument for the program; may be repeated.", valueName: "text"))
    var arguments: [String] = []

    /// How long one run may take.
    @Option(help: ArgumentHelp("How long one run may take, up to 10m; 60s unless told.", valueName: "time"))
    var deadline: DurationArgument?

    /// Whether it can have two secrets in force.
    @Flag(help: "The program can add a client_secret beside the one in force, and remove one.")
    var twoSecrets = false

    /// Whether no program is to be run.
    @Flag(help: "Run no program for this app any more.")
    var none = false

    /// Vault and identity.
    @OptionGroup(title: "Vault") var options: VaultOptions

    /// JSON.
    @OptionGroup var output: JSONOption

    /// Refuses a program and none, and what goes with a program without one.
    func validate() throws {
        if command != nil && none { throw ValidationError("--command and --none exclude each other") }
        if command == nil, !arguments.isEmpty || deadline != nil || twoSecrets {
            throw ValidationError("--argument, --deadline and --two-secrets go with --command")
        }
    }

    /// Sets what is to be set, and writes what is in force.
    func run() async throws {
        let path = try CredentialPath(path)
        try await options.withKeeper { keeper, context in
            let view =
                if let command {
                    try await keeper.setProgram(
                        of: path, [command] + arguments,
                        deadlineSeconds: deadline.map { Int($0.duration.components.seconds) }, keepsTwo: twoSecrets)
                } else if none {
                    try await keeper.setProgram(of: path, nil)
                } else {
                    try await keeper.driver(of: path)
                }
            try context.output.write(output.json ? JSONText.document(view) : view.facts.text)
        }
    }
}
