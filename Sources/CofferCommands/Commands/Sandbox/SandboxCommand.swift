// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

import ArgumentParser

/// `coffer sandbox`: an emulated provider, and the hands of a person at its pages.
struct SandboxCommand: AsyncParsableCommand {
    /// What help says of it.
    static let configuration = CommandConfiguration(
        commandName: "sandbox", abstract: "Run an emulated provider on this machine, to try things on.",
        discussion: """
            Plain `coffer sandbox` runs it until it is interrupted. While it runs, the other two do what a person does \
            at its pages with a browser, for demos and scripts.

              coffer sandbox --folder ./sandbox --lifetime 30s
              coffer sandbox consent acme --folder ./sandbox < url
              coffer sandbox regenerate --folder ./sandbox | coffer rotate resume
            """,
        subcommands: [SandboxRunCommand.self, SandboxConsentCommand.self, SandboxRegenerateCommand.self],
        defaultSubcommand: SandboxRunCommand.self)
}
