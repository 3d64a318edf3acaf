// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

import ArgumentParser

/// `coffer provider guide`.
struct ProviderGuideCommand: AsyncParsableCommand {
    /// What help says of it.
    static let configuration = CommandConfiguration(
        commandName: "guide", abstract: "Show what a leaked client secret calls for at a provider.",
        discussion: """
            A page in Markdown: who replaces the secret and where, what becomes of the tokens, what can be proven, and \
            where that was read. docs/rotation/ holds the pages of the providers that are built in.

              coffer provider guide amocrm
            """)

    /// The provider.
    @Argument(help: "The provider's id, as amocrm.", completion: PathCompletion.providers)
    var id: String

    /// Writes the page.
    func run() async throws {
        let context = CommandContext.current
        let entry = try ProviderLibrary(context.environment).entry(id: id)
        try context.output.write(SecretGuide(entry).markdown)
    }
}
