// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

import ArgumentParser
import CofferOAuth

/// `coffer provider show`.
struct ProviderShowCommand: AsyncParsableCommand {
    /// What help says of it.
    static let configuration = CommandConfiguration(
        commandName: "show", abstract: "Show what Coffer knows of a provider.")

    /// The provider.
    @Argument(help: "The provider's id, as amocrm.")
    var id: String

    /// JSON.
    @OptionGroup var output: JSONOption

    /// Writes the facts.
    func run() async throws {
        let context = CommandContext.current
        guard let provider = ProviderCatalogue.description(id: id) else {
            throw CommandError(
                "unknown_provider", message: "there is no provider of this name", hint: "see: coffer provider list")
        }
        let view = ProviderView(provider)
        try context.output.write(output.json ? JSONText.document(view) : view.facts.text)
    }
}
