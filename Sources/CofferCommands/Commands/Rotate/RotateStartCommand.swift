// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

import ArgumentParser
import CofferCredentials
import CofferKeeper
import CofferRotation

/// `coffer rotate APP --leak` or `--planned`: opens a rotation and runs it as far as it goes.
struct RotateStartCommand: AsyncParsableCommand {
    /// What help says of it.
    static let configuration = CommandConfiguration(
        commandName: "start",
        abstract: "Replace an app's client_secret, or whatever a leak calls for; the word start may be left out.",
        discussion: """
            With --leaked - a string that was found is read from standard input (a hidden prompt on a terminal), told by its \
            fingerprint, and what it calls for is shown in order: the client_secret before the tokens, an identity before what \
            it could read. It is done after a yes, or with --yes; without either the status is 85 and nothing is changed.

            With --planned nothing leaked and nobody notices: tokens are handed out throughout, and where the provider keeps two \
            secrets side by side, the old one is removed when every connection has tokens from the new one.

              coffer rotate main/amocrm --leak
              coffer rotate main/amocrm --planned --dry-run
              coffer rotate main/api-key --leak
              coffer rotate main/amocrm --leak --force
              coffer rotate --leaked -
              coffer rotate --leaked - --yes < found-string.txt
              coffer rotate --leak --connection main/amocrm/acme
              coffer rotate --leak --identity ci --dry-run
              coffer rotate --leak --since 2h --yes
            """)

    /// The app's path.
    @Argument(
        help: "The app whose secret is replaced, as main/amocrm, or a static secret, as main/api-key.",
        completion: PathCompletion.rotatable)
    var app: String?

    /// The same by a name, as the other scopes have one.
    @Option(name: .customLong("app"), help: ArgumentHelp("The same as the argument.", valueName: "path"))
    var namedApp: String?

    /// That something leaked.
    @Flag(help: "It leaked: the old client_secret dies first, and then every token.")
    var leak = false

    /// That nothing leaked.
    @Flag(help: "Nothing leaked: replace the client_secret without anybody noticing.")
    var planned = false

    /// Whether an open rotation is given up.
    @Flag(help: "Give up the rotation of this app that is open, and take over what it left.")
    var force = false

    /// What readers get meanwhile.
    @OptionGroup var taint: TaintOptions

    /// That an access token leaked too.
    @Flag(help: "An access token leaked as well: hold is then the default.")
    var accessTokenLeaked = false

    /// The client id that came with the new secret.
    @OptionGroup var client: ClientIDOption

    /// Whether only the plan is shown.
    @Flag(help: "Show the plan, and change nothing.")
    var dryRun = false

    /// Where to begin, if not at an app.
    @OptionGroup(title: "Scope") var scope: RotationScopeOptions

    /// Who is told of it.
    @OptionGroup(title: "Who is told") var notify: NotifyOptions

    /// Vault and identity.
    @OptionGroup(title: "Vault") var options: VaultOptions

    /// JSON.
    @OptionGroup var output: JSONOption

    /// Refuses a rotation whose kind is not said, two strengths, and more than one beginning.
    func validate() throws {
        guard leak || planned || scope.leaked != nil else {
            throw ValidationError("say what happened: --leak if the client_secret leaked, --planned if nothing did")
        }
        if planned && (leak || taint.isNamed || accessTokenLeaked || !scope.named.isEmpty) {
            throw ValidationError(
                "--planned is for an app of which nothing leaked: it takes none of the options for a leak")
        }
        if client.clientId != nil && (target == nil || dryRun) {
            throw ValidationError("--client-id is for the rotation of an app, and goes with its new secret")
        }
        if force && target == nil { throw ValidationError("--force is for an app") }
        let begun = (app == nil ? [] : ["the app"]) + (namedApp == nil ? [] : ["--app"]) + scope.named
        guard begun.count == 1 else {
            throw ValidationError(
                begun.isEmpty
                    ? "name an app, or one of --leaked -, --connection, --identity, --since"
                    : "\(begun.joined(separator: " and ")) exclude each other")
        }
        if scope.connection != nil && (taint.isNamed || accessTokenLeaked) {
            throw ValidationError("--hold, --serve and --access-token-leaked are for apps")
        }
    }

    /// The app, however it was named.
    private var target: String? { app ?? namedApp }

    /// Whether the secret leaked.
    private var mode: RotationMode { planned ? .planned : .leak }

    /// Opens the rotation and runs it, or shows the plan.
    func run() async throws {
        guard let target else { return try await contain() }
        let path = try CredentialPath(target)
        try await options.withKeeper(notify: notify) { keeper, context in
            if dryRun {
                let preview = try await keeper.previewRotation(
                    of: path, mode: mode, taint: taint.strength, accessTokenLeaked: accessTokenLeaked, isForced: force)
                let text = output.json ? JSONText.document(preview) : PlanView(preview: preview).text
                return try context.output.write(text)
            }
            let (run, id) = try await RotationRun.opening(
                path, mode: mode, taint: taint.strength, accessTokenLeaked: accessTokenLeaked, isForced: force,
                clientID: client.clientId, keeper, context)
            try await run.run(id, asJSON: output.json)
        }
    }

    /// Finds out what the leak calls for, shows it and does it.
    private func contain() async throws {
        let connection = try scope.connection.map { try CredentialPath($0) }
        if !dryRun, scope.leaked == nil, connection == nil {
            _ = try RemovalQuestion(isConfirmed: scope.yes, CommandContext.current)
        }
        try await options.withKeeper(notify: notify) { keeper, context in
            let string = scope.leaked == nil ? nil : try await SecretInput(context).bytes("leaked string")
            let plan = try await keeper.leakPlan(
                scope.scope(string, connection, now: context.now()), taint: taint.strength,
                accessTokenLeaked: accessTokenLeaked)
            let extent: LeakRun.Extent = dryRun ? .plan : scope.yes || connection != nil ? .deed : .question
            try await LeakRun(keeper: keeper, context: context, isJSON: output.json)
                .run(LeakedString(plan: plan, string: string), extent)
        }
    }
}
