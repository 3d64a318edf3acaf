// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

import ArgumentParser

/// `coffer agent`: keeps tokens fresh and serves local clients.
struct AgentCommand: AsyncParsableCommand {
    /// What help says of it.
    static let configuration = CommandConfiguration(
        commandName: "agent", abstract: "Keep tokens fresh, and hand them to programs of this user over a Unix socket.",
        usage: """
            coffer agent [--socket <file>] [--ticket-socket <file>] [--lock-after <duration>] [--identity-file <file>]
            coffer agent lock | unlock [--socket <file>]
            coffer agent ticket --path <pattern> [--ttl <duration>] [--name <name>] | list | revoke <name>
            """,
        discussion: """
            It stays in the foreground and ends with SIGTERM or SIGINT; SIGHUP has it read its identity again. Locked, it \
            has no key in memory and hands out \
            nothing until it is unlocked. docs/agent.md has every request.

              coffer agent
              coffer agent --identity-file ./reader --socket ./run/agent.sock
              coffer agent lock
              coffer agent unlock
              coffer agent ticket --path 'main/amocrm/*' --ttl 1h --name import > ticket

              S=$XDG_RUNTIME_DIR/coffer/agent.sock
              curl --unix-socket $S 'http://coffer/v1/token?path=main/amocrm/acme'
              curl --unix-socket $S 'http://coffer/v1/secret?path=main/npm-token'
              curl --unix-socket $S http://coffer/v1/health

            All options: coffer agent serve --help
            """,
        subcommands: [
            AgentServeCommand.self, AgentLockCommand.self, AgentUnlockCommand.self, AgentTicketCommand.self,
        ],
        defaultSubcommand: AgentServeCommand.self)
}
