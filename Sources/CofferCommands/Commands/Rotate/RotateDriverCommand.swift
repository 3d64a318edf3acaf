// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

import ArgumentParser
import CofferCredentials
import CofferKeeper

/// `coffer rotate driver`: what replaces a static secret when it is rotated from this machine.
struct RotateDriverCommand: AsyncParsableCommand {
    /// What help says of it.
    static let configuration = CommandConfiguration(
        commandName: "driver",
        abstract: "Show what replaces a static secret, or set a program that does.",
        discussion: """
            The program gets a JSON document on standard input and answers with one: it makes a new value where the old one \
            comes from, ends that, and says whether a value is accepted there. See docs/command-driver.md. It is set for this \
            machine and this user alone, in a file beside the vault's identity: nothing in a vault can have a program run. \
            Arguments are seen by every user of the machine; no secret belongs there. For the client_secret of an app: coffer \
            app driver.

              coffer rotate driver main/crm-hook
              coffer rotate driver main/crm-hook --command /usr/local/libexec/replace-hook --argument portal
              coffer rotate driver main/crm-hook --none
            """)

    /// The static secret's path.
    @Argument(help: "The static secret, as main/api-key.", completion: PathCompletion.secrets)
    var path: String

    /// The program.
    @OptionGroup(title: "Program") var program: ProgramOptions

    /// Whether there can be two values in force.
    @Flag(help: "The program can make a value beside the one in force, and end one.")
    var twoSecrets = false

    /// Whether nothing is to be set.
    @Flag(help: "Run no program for this secret any more.")
    var none = false

    /// Vault and identity.
    @OptionGroup(title: "Vault") var options: VaultOptions

    /// JSON.
    @OptionGroup var output: JSONOption

    /// Refuses what contradicts itself, and what goes with a program where none is named.
    func validate() throws {
        if program.command != nil && none { throw ValidationError("--command and --none exclude each other") }
        if program.command == nil && twoSecrets { throw ValidationError("--two-secrets goes with --command") }
    }

    /// Sets what is to be set, and writes what is in force.
    func run() async throws {
        let path = try CredentialPath(path)
        try await options.withKeeper { keeper, context in
            let command = program.whole
            let view =
                if command != nil || none {
                    try await keeper.setProgram(
                        ofValue: path, command, deadlineSeconds: program.deadlineSeconds, keepsTwo: twoSecrets)
                } else {
                    try await keeper.driver(ofValue: path)
                }
            try context.output.write(output.json ? JSONText.document(view) : view.facts.text)
        }
    }
}
