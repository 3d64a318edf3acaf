// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

import ArgumentParser
import CofferCredentials
import CofferKeeper
import CofferRotation

/// `coffer rotate APP --leak`: opens a rotation and runs it as far as it goes.
struct RotateStartCommand: AsyncParsableCommand {
    /// What help says of it.
    static let configuration = CommandConfiguration(
        commandName: "start", abstract: "Replace an app's client_secret; the word start may be left out.")

    /// The app's path.
    @Argument(help: "The app whose secret is replaced, as main/amocrm.")
    var app: String

    /// That the secret leaked.
    @Flag(help: "The client_secret leaked: the old one dies first.")
    var leak = false

    /// Tokens are not handed out meanwhile.
    @Flag(help: "Hand out no token from before the leak; the default where a program replaces the secret.")
    var hold = false

    /// Tokens are handed out meanwhile.
    @Flag(help: "Hand out tokens from before the leak until they are reissued; the default where a person must act.")
    var serve = false

    /// That an access token leaked too.
    @Flag(help: "An access token leaked as well: hold is then the default.")
    var accessTokenLeaked = false

    /// Whether only the plan is shown.
    @Flag(help: "Show the plan, and change nothing.")
    var dryRun = false

    /// Vault and identity.
    @OptionGroup(title: "Vault") var options: VaultOptions

    /// JSON.
    @OptionGroup var output: JSONOption

    /// Refuses a rotation whose kind is not said, and two strengths.
    func validate() throws {
        guard leak else { throw ValidationError("say what happened: --leak if the client_secret leaked") }
        if hold && serve { throw ValidationError("--hold and --serve exclude each other") }
    }

    /// The strength that was named; absent for the default.
    private var taint: TaintStrength? { hold ? .hold : serve ? .serve : nil }

    /// Opens the rotation and runs it, or shows the plan.
    func run() async throws {
        let app = try CredentialPath(app)
        try await options.withKeeper { keeper, context in
            if dryRun {
                let plan = try await PlanView(app, taint: taint, accessTokenLeaked: accessTokenLeaked, keeper)
                return try context.output.write(output.json ? JSONText.document(plan) : plan.text)
            }
            let id = try await keeper.openRotation(of: app, taint: taint, accessTokenLeaked: accessTokenLeaked)
            context.diagnostics.note("rotation \(id) of \(app) is open")
            // The new secret is not known yet, whatever standard input holds.
            let person = OperatorAtTerminal(context, readsInput: false)
            try await RotationRun(keeper, context, person).run(id, asJSON: output.json)
        }
    }
}
