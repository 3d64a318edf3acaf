// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

import ArgumentParser
import CofferCredentials
import CofferKeeper
import CofferOAuth

/// `coffer app update`: a provider's newer description in place of the one that an app was added with.
struct AppUpdateCommand: AsyncParsableCommand {
    /// What help says of it.
    static let configuration = CommandConfiguration(
        commandName: "update", abstract: "Pin the present description of an app's provider.",
        discussion: """
            An app keeps the endpoints, hosts and behaviour that its provider was described with when it was added. This shows, \
            field by field, what differs from the description that is built in now, or that lies among your own; for an app \
            that was added with --issuer, from what the issuer says of itself. Once it is confirmed the new one is pinned. The \
            client id, the client_secret, the connections and their tokens stay as they are, and so does what options of app \
            add said.

              coffer app update main/hubspot --dry-run
              coffer app update main/hubspot
              coffer app update main/intranet --provider intranet --set tenant=contoso.example --yes
            """)

    /// The app's path.
    @Argument(help: "The app, as main/hubspot.", completion: PathCompletion.apps)
    var path: String

    /// Another description of the same provider.
    @Option(
        help: ArgumentHelp(
            "Take this description, which sends secrets to no other host than the pinned one; see: coffer provider list.",
            valueName: "id"),
        completion: PathCompletion.providers)
    var provider: String?

    /// What differs from one customer of the provider to another.
    @Option(
        name: .customLong("set"),
        help: ArgumentHelp(
            "A setting that the provider needs, where it is new or another: tenant=contoso.example.",
            valueName: "name=value"))
    var settings: [String] = []

    /// Whether hosts may have private addresses from now on.
    @Flag(help: "Let the provider's hosts have private addresses from now on.")
    var privateNetwork = false

    /// Whether it is only shown.
    @Flag(help: "Show what differs, and change nothing.")
    var dryRun = false

    /// Whether nobody is asked.
    @Flag(help: "Pin it without asking.")
    var yes = false

    /// Vault and identity.
    @OptionGroup(title: "Vault") var options: VaultOptions

    /// JSON.
    @OptionGroup var output: JSONOption

    /// One or the other.
    func validate() throws {
        if dryRun && yes { throw ValidationError("--dry-run changes nothing that could be confirmed with --yes") }
    }

    /// Shows the differences, asks, and pins.
    func run() async throws {
        let path = try CredentialPath(path)
        let settings = try ProviderSettings.values(settings)
        let question = try dryRun ? nil : RemovalQuestion(isConfirmed: yes, CommandContext.current)
        try await options.withKeeper { keeper, context in
            let pinned = try await keeper.pinnedProvider(of: path)
            let present = try description(of: pinned, in: ProviderLibrary(context.environment))
            guard present != nil || settings.isEmpty else {
                throw CommandError(
                    "usage", message: "\(path) was added with --issuer, which has no settings", path: path)
            }
            let update = try await keeper.proposeUpdate(
                path, from: present, settings: settings, allowingPrivateNetwork: privateNetwork)
            var view = AppUpdateView(update)
            if !output.json, update.changesAnything { try context.output.write(view.text) }
            if !update.changesAnything {
                context.diagnostics.note("the description of \(path) is the present one")
            } else if let question {
                try await question.settle("pin this for \(path)?")
                try await keeper.apply(update, remark: view.remark)
                view.updated = true
                context.diagnostics.note("pinned the present description of \(path)")
            }
            if output.json { try context.output.write(JSONText.document(view)) }
        }
    }

    /// What is known of the app's provider; nil where its issuer is to be asked.
    private func description(of pinned: ProviderDescription, in library: ProviderLibrary) throws -> CatalogueEntry? {
        if provider == nil, pinned.issuer != nil, !library.ids.contains(pinned.id) { return nil }
        return try library.entry(id: provider ?? pinned.id)
    }
}
