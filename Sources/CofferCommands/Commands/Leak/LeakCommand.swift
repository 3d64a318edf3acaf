// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

import ArgumentParser

/// `coffer leak`: what others found of ours.
struct LeakCommand: AsyncParsableCommand {
    /// What help says of it.
    static let configuration = CommandConfiguration(
        commandName: "leak", abstract: "Take in what scanners and providers found, and do what it calls for.",
        discussion: """
            A single string that was found goes to: coffer rotate --leaked -

              coffer leak import report.json
            """,
        subcommands: [LeakImportCommand.self])
}
