// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

import ArgumentParser

/// `coffer space`: parts of the vault with keys of their own.
struct SpaceCommand: AsyncParsableCommand {
    /// What help says of it.
    static let configuration = CommandConfiguration(
        commandName: "space", abstract: "The spaces: parts of the vault with keys of their own.",
        discussion: """
            The first segment of a path is its space: main/amocrm lies in main. Who may open a space is decided with: \
            coffer identity add

              coffer space add ci
              coffer space list
              coffer identity add runner --role reader --space ci < public.txt
            """,
        subcommands: [SpaceAddCommand.self, SpaceListCommand.self, SpaceShowCommand.self, SpaceRemoveCommand.self])
}
