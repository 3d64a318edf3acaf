// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

import ArgumentParser
import CofferAgent

/// `coffer agent ticket list`.
struct AgentTicketListCommand: AsyncParsableCommand {
    /// What help says of it.
    static let configuration = CommandConfiguration(
        commandName: "list", abstract: "List the tickets that are good now.",
        discussion: """
            What a ticket was used for is in the vault's record, under its name.

              coffer agent ticket list
            """)

    /// Where the socket is.
    @OptionGroup var place: AgentSocketOption

    /// The form of the list.
    @OptionGroup var list: ListOptions

    /// Asks the agent, and writes the list.
    func run() async throws {
        let context = CommandContext.current
        let tickets = try await AgentCaller(socket: place.path(context)).tickets()
        try ListOutput(items: tickets, now: context.now()).write(list.format, in: context)
    }
}
