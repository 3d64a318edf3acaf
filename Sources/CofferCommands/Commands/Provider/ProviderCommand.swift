// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

import ArgumentParser

/// `coffer provider`: the catalogue.
struct ProviderCommand: AsyncParsableCommand {
    /// What help says of it.
    static let configuration = CommandConfiguration(
        commandName: "provider", abstract: "The providers that Coffer knows.",
        discussion: """
              coffer provider list
              coffer provider show amocrm
            """,
        subcommands: [
            ProviderListCommand.self, ProviderShowCommand.self, ProviderGuideCommand.self, ProviderCheckCommand.self,
        ])
}
