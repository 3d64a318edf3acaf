// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

import ArgumentParser

/// `coffer agent ticket`.
struct AgentTicketCommand: AsyncParsableCommand {
    /// What help says of it.
    static let configuration = CommandConfiguration(
        commandName: "ticket",
        abstract: "Let a container or a job ask the running agent, for some paths and some time.",
        usage: """
            coffer agent ticket --path <pattern> ... [--ttl <duration>] [--name <name>] [--json] [--reveal] [--socket <file>]
            coffer agent ticket list | revoke <name> [--socket <file>]
            """,
        discussion: """
            Prints a bearer, once. Whoever sends it (Authorization: Bearer TICKET) reads tokens and static secrets at the paths that it \
            is for, and nothing else; * stands for one segment of a path, ** for any number of them. It ends with its time, \
            with coffer agent ticket revoke, and when the agent is locked or ends. Give a container the folder of \
            coffer agent --ticket-socket, where nothing is answered without a ticket, and never the agent's own socket.

              coffer agent --ticket-socket ./tickets/agent.sock
              coffer agent ticket --path 'main/amocrm/*' --ttl 1h --name import > ticket
              curl --unix-socket ./tickets/agent.sock -H @header 'http://coffer/v1/token?path=main/amocrm/acme'
              coffer agent ticket list
              coffer agent ticket revoke import

            All options: coffer agent ticket issue --help
            """,
        subcommands: [AgentTicketIssueCommand.self, AgentTicketListCommand.self, AgentTicketRevokeCommand.self],
        defaultSubcommand: AgentTicketIssueCommand.self)
}
