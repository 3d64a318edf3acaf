// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

import ArgumentParser
import CofferOAuth

/// `coffer provider list`.
struct ProviderListCommand: AsyncParsableCommand {
    /// What help says of it.
    static let configuration = CommandConfiguration(
        commandName: "list", abstract: "List the providers that are built in.",
        discussion: "Any other server with RFC 8414 or OpenID discovery: coffer app add --issuer URL")

    /// The form of the list.
    @OptionGroup var list: ListOptions

    /// Writes the list.
    func run() async throws {
        let context = CommandContext.current
        try ListOutput(items: ProviderCatalogue.all.map(ProviderView.init), now: context.now())
            .write(list.format, in: context)
    }
}
