// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

import ArgumentParser
import CofferCredentials
import CofferKeeper

/// `coffer app driver`: what replaces an app's `client_secret` when it is rotated from this machine.
struct AppDriverCommand: AsyncParsableCommand {
    /// What help says of it.
    static let configuration = CommandConfiguration(
        commandName: "driver",
        abstract: "Show what replaces an app's client_secret, or set a vendor's API or a program that does.",
        discussion: """
            --api has the vendor's administration API do it, with a credential from the vault: see docs/api-drivers.md. \
            --command has a program do it, which gets a JSON document on standard input and answers with one: see \
            docs/command-driver.md. Either is set for this machine and this user alone, in a file beside the vault's identity: \
            nothing in a vault can have a program run, or say where a credential goes. Arguments are seen by every user of the \
            machine; no secret belongs there. For a static secret: coffer rotate driver.

              coffer app driver main/intranet
              coffer app driver main/intranet --api okta --admin-url https://example.okta.com \\
                --credential main/okta
              coffer app driver main/intranet --command /usr/local/libexec/replace-secret --argument staff
              coffer app driver main/intranet --none
            """)

    /// The app's path.
    @Argument(help: "The app, as main/amocrm.", completion: PathCompletion.apps)
    var path: String

    /// The vendor whose API is to be asked.
    @Option(
        help: ArgumentHelp(
            "Ask the administration API of auth0, gitlab, keycloak, microsoft or okta.", valueName: "vendor"))
    var api: String?

    /// Where that API is.
    @Option(
        name: .customLong("admin-url"),
        help: ArgumentHelp("The address of the API; docs/api-drivers.md says which.", valueName: "url"))
    var address: String?

    /// What it is asked with.
    @Option(help: ArgumentHelp("The entry with the API's token: a static secret or a connection.", valueName: "path"))
    var credential: String?

    /// The program.
    @OptionGroup(title: "Program") var program: ProgramOptions

    /// Whether there can be two secrets in force.
    @Flag(
        help: """
            The program can add a client_secret beside the one in force, and remove one; or the realm of Keycloak keeps two.
            """)
    var twoSecrets = false

    /// Whether nothing is to be set.
    @Flag(help: "Run no program and ask no API for this app any more.")
    var none = false

    /// Vault and identity.
    @OptionGroup(title: "Vault") var options: VaultOptions

    /// JSON.
    @OptionGroup var output: JSONOption

    /// Refuses two ways at once, and what goes with a way that is not named.
    func validate() throws {
        guard [program.command != nil, api != nil, none].count(where: { $0 }) <= 1 else {
            throw ValidationError("--command, --api and --none exclude each other")
        }
        if program.command == nil, api == nil, twoSecrets {
            throw ValidationError("--two-secrets goes with --command or --api")
        }
        guard (api != nil) == (address != nil), (api != nil) == (credential != nil) else {
            throw ValidationError("--api, --admin-url and --credential go together")
        }
    }

    /// Sets what is to be set, and writes what is in force.
    func run() async throws {
        let path = try CredentialPath(path)
        try await options.withKeeper { keeper, context in
            let view = try await set(path, keeper)
            try context.output.write(output.json ? JSONText.document(view) : view.facts.text)
        }
    }

    private func set(_ path: CredentialPath, _ keeper: Keeper) async throws -> DriverView {
        if let api, let address, let credential {
            return try await keeper.setAPI(
                of: path, api, at: address, credential: CredentialPath(credential), keepsTwo: twoSecrets)
        }
        let command = program.whole
        guard command != nil || none else { return try await keeper.driver(of: path) }
        return try await keeper.setProgram(
            of: path, command, deadlineSeconds: program.deadlineSeconds, keepsTwo: twoSecrets)
    }
}
