// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

import ArgumentParser
import CofferAgent

/// `coffer agent ticket revoke`.
struct AgentTicketRevokeCommand: AsyncParsableCommand {
    /// What help says of it.
    static let configuration = CommandConfiguration(
        commandName: "revoke", abstract: "Have a ticket end at once, and whoever listens with it.",
        discussion: """
            What was handed out with it stays good: a token until it ends, a static secret until it is replaced.

              coffer agent ticket revoke import
            """)

    /// The ticket.
    @Argument(help: "The ticket's name.")
    var name: String

    /// Where the socket is.
    @OptionGroup var place: AgentSocketOption

    /// Refuses what can't be a name; it is not repeated, as it may be the ticket itself.
    func validate() throws {
        guard AgentTicketName.isOne(name) else { throw ValidationError(AgentTicketName.rule) }
    }

    /// Asks the agent.
    func run() async throws {
        let context = CommandContext.current
        try await AgentCaller(socket: place.path(context)).revoke(name)
        context.diagnostics.note("ticket \(name) has ended")
    }
}
