// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

import ArgumentParser
import CofferDescriptions
import CofferOAuth

/// `coffer provider show`.
struct ProviderShowCommand: AsyncParsableCommand {
    /// What help says of it.
    static let configuration = CommandConfiguration(
        commandName: "show", abstract: "Show what Coffer knows of a provider.",
        discussion: """
              coffer provider show amocrm
              coffer provider show hubspot --yaml > mine.yaml
            """)

    /// The provider.
    @Argument(help: "The provider's id, as amocrm.", completion: PathCompletion.providers)
    var id: String

    /// The description file.
    @Flag(name: .customLong("yaml"), help: "Print the whole description, as a file of one's own would have it.")
    var isYAML = false

    /// JSON.
    @OptionGroup var output: JSONOption

    /// One form at a time.
    func validate() throws {
        if isYAML && output.json { throw ValidationError("--yaml and --json exclude each other") }
    }

    /// Writes the facts.
    func run() async throws {
        let context = CommandContext.current
        let entry = try ProviderLibrary(context.environment).entry(id: id)
        if isYAML {
            try context.output.write(DescriptionText.yaml(of: entry))
        } else {
            let view = ProviderView(entry)
            try context.output.write(output.json ? JSONText.document(view) : view.facts.text)
        }
    }
}
