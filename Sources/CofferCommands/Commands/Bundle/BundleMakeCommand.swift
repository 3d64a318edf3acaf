// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

import ArgumentParser
import CofferKeeper

/// `coffer bundle make`: makes a bundle.
struct BundleMakeCommand: AsyncParsableCommand {
    /// What help says of it.
    static let configuration = CommandConfiguration(
        commandName: "make", abstract: "Make a bundle.",
        discussion: """
            Tokens that would end before the bundle are refreshed first. A token that can't be had stays out and is named. What is \
            read from a bundle is recorded in it, and brought home with: coffer bundle collect FILE

              coffer bundle --for ci --output ci.bundle ci/
              coffer bundle --for ci --output ci.bundle --life 2h ci/npm-token main/amocrm/acme
            """)

    /// What goes in.
    @Argument(
        help: "Entries, or beginnings of paths; everything it may read without.", completion: PathCompletion.beginnings)
    var prefixes: [String] = []

    /// Whom it is for.
    @Option(name: .customLong("for"), help: ArgumentHelp("The identity it is for.", valueName: "name"))
    var member: String

    /// The file.
    @Option(help: ArgumentHelp("The file to make.", valueName: "file"))
    var output: String

    /// How long it is opened.
    @Option(help: ArgumentHelp("How long it is opened at most: 30m, 2h; 24h is the longest.", valueName: "time"))
    var life = DurationArgument(BundleRequest.usualLife)

    /// Whether it may be read without an event.
    @Flag(help: "Let it be read where it can't be written, without a record.")
    var unaudited = false

    /// Whether a file that is there is replaced.
    @Flag(help: "Replace a file that is there, never the vault or the identity.")
    var force = false

    /// Vault and identity.
    @OptionGroup(title: "Vault") var options: VaultOptions

    /// JSON.
    @OptionGroup var json: JSONOption

    /// Refuses a life that is none.
    func validate() throws {
        guard life.duration > .zero, life.duration <= BundleRequest.longestLife else {
            throw ValidationError("--life is a time of at most 24h")
        }
    }

    /// Makes the file, and says what is in it.
    func run() async throws {
        let target = try TargetFile(
            output, replacing: force, sparing: options.location(CommandContext.current))
        try await options.withKeeper { keeper, context in
            let request = BundleRequest(
                member: member, prefixes: prefixes, life: life.duration, allowsUnauditedReading: unaudited)
            let made = try await keeper.makeBundle(request, at: target)
            let facts = FactSheet([
                ("bundle", made.bundle), ("id", made.id), ("for", made.identity),
                ("until", JSONText.rfc3339(made.expiresAt)), ("entries", made.entries.joined(separator: ", ")),
            ])
            try context.output.write(json.json ? JSONText.document(made) : facts.text)
            for entry in made.leftOut { context.diagnostics.warn("\(entry.path) stayed out: \(entry.reason)") }
            context.diagnostics.note("everything in it counts as handed out to \(made.identity)")
        }
    }
}
