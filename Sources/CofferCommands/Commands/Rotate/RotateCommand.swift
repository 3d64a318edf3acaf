// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

import ArgumentParser

/// `coffer rotate`: replaces a `client_secret`, and every token that depended on it.
struct RotateCommand: AsyncParsableCommand {
    /// What help says of it.
    static let configuration = CommandConfiguration(
        commandName: "rotate",
        abstract: "Replace a client_secret: after a leak with every token behind it, or when its time has come.",
        usage: """
            coffer rotate <app> --leak [--hold | --serve] [--access-token-leaked] [--client-id <id>] [--force] [--dry-run] [--json]
            coffer rotate <app> --planned [--client-id <id>] [--force] [--dry-run] [--json]
            coffer rotate --leaked - [--yes] [--dry-run] [--json]
            coffer rotate --leak --connection <path> | --identity <name> | --since <time> [--yes] [--dry-run] [--json]
            coffer rotate drill <app> [--planned] [--by-hand] [--format <form>] [--output <file>]
            coffer rotate list | show | resume | report | links | driver | hooks
            """,
        discussion: """
            Interrupting it is as safe as a kill: coffer rotate resume goes on at the last step that was journalled. \
            Where a person has to replace the secret at the provider, it says where to click and asks for the new one, \
            hidden; without a terminal refreshes of the app stop at once, and it waits, with status 82, for: \
            coffer rotate resume < new-secret.txt

              coffer rotate main/amocrm --leak
              coffer rotate main/amocrm --leak --dry-run
              coffer rotate main/amocrm --planned
              coffer rotate --leaked -
              coffer rotate resume
              coffer rotate report --json
              coffer rotate drill main/amocrm

            All options: coffer rotate start --help
            """,
        subcommands: [
            RotateStartCommand.self, RotateListCommand.self, RotateShowCommand.self, RotateResumeCommand.self,
            RotateReportCommand.self, RotateLinksCommand.self, RotateDriverCommand.self, RotateDrillCommand.self,
            RotateHooksCommand.self,
        ],
        defaultSubcommand: RotateStartCommand.self)
}
