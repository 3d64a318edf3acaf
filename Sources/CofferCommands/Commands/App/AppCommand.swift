// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

import ArgumentParser

/// `coffer app`: OAuth client registrations.
struct AppCommand: AsyncParsableCommand {
    /// What help says of it.
    static let configuration = CommandConfiguration(
        commandName: "app", abstract: "The apps: client registrations at providers.",
        discussion: """
              coffer app add main/amocrm --provider amocrm --client-id ID
              coffer app list
              coffer app show main/amocrm
              coffer app update main/amocrm --dry-run
            """,
        subcommands: [
            AppAddCommand.self, AppListCommand.self, AppShowCommand.self, AppUpdateCommand.self, AppDriverCommand.self,
            AppRemoveCommand.self,
        ])
}
