// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

import ArgumentParser

/// `coffer app`: OAuth client registrations.
struct AppCommand: AsyncParsableCommand {
    /// What help says of it.
    static let configuration = CommandConfiguration(
        commandName: "app", abstract: "The apps: client registrations at providers.",
        subcommands: [
            AppAddCommand.self, AppListCommand.self, AppShowCommand.self, AppDriverCommand.self, AppRemoveCommand.self,
        ])
}
