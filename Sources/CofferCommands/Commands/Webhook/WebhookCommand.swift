// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

import ArgumentParser

/// `coffer webhook`: what providers send to addresses of ours.
struct WebhookCommand: AsyncParsableCommand {
    /// What help says of it.
    static let configuration = CommandConfiguration(
        commandName: "webhook", abstract: "Check that a webhook is its provider's, and keep what it is checked with.",
        discussion: """
              coffer webhook check main/amocrm --name removal < request.http
              coffer webhook token main/b24/acme
            """,
        subcommands: [WebhookCheckCommand.self, WebhookTokenCommand.self])
}
