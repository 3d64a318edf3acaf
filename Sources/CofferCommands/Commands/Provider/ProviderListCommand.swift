// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

import ArgumentParser
import CofferOAuth

/// `coffer provider list`.
struct ProviderListCommand: AsyncParsableCommand {
    /// What help says of it.
    static let configuration = CommandConfiguration(
        commandName: "list", abstract: "List the providers that are built in, and your own.",
        discussion: """
            Any other server with RFC 8414 or OpenID discovery: coffer app add --issuer URL

              coffer provider list
              coffer provider list --quiet
            """)

    /// The form of the list.
    @OptionGroup var list: ListOptions

    /// Writes the list.
    func run() async throws {
        let context = CommandContext.current
        let own = ProviderLibrary(context.environment).own()
        for failure in own.failures { context.diagnostics.warn(failure.message) }
        let entries = (ProviderCatalogue.entries + own.entries).sorted { $0.description.id < $1.description.id }
        try ListOutput(items: entries.map(ProviderView.init), now: context.now()).write(list.format, in: context)
    }
}
