// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

import ArgumentParser
import CofferAgent
import CofferKeeper

#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#elseif canImport(Darwin)
import Darwin
#endif

/// `coffer agent serve`, which plain `coffer agent` means: keeps tokens fresh and serves local clients.
struct AgentServeCommand: AsyncParsableCommand, StopsItself {
    /// What help says of it.
    static let configuration = CommandConfiguration(
        commandName: "serve",
        abstract: "Keep tokens fresh, and hand them to programs of this user; what plain coffer agent does.",
        discussion: """
            Unlocks the vault once, refreshes each connection before it falls due, and answers HTTP on a socket that only \
            processes of the same user reach. It hands out access tokens and static secrets, and never a client_secret or a \
            refresh token, whatever the identity could read. It stays in the foreground and ends with SIGTERM or SIGINT; what was asked \
            before is answered first. SIGHUP has it read its identity again. docs/agent.md has every request.

              coffer agent
              coffer agent --identity-file ./reader --socket ./run/agent.sock
              coffer agent --identity-in-vault anna --locked --lock-after 8h
              coffer agent --ticket-socket ./tickets/agent.sock
            """)

    /// Where the socket is.
    @OptionGroup var place: AgentSocketOption

    /// Where tickets only are answered.
    @Option(
        help: ArgumentHelp(
            "Also answer those who have a ticket, and nobody else, on this socket, for containers; in a folder of its own.",
            valueName: "file"),
        completion: .file())
    var ticketSocket: String?

    /// For how long nothing may be handed out.
    @Option(
        help: ArgumentHelp(
            "Lock when nothing was handed out for so long: 30m, 8h; `coffer agent unlock` opens it again.",
            valueName: "duration"))
    var lockAfter: DurationArgument?

    /// Whether it waits to be unlocked.
    @Flag(help: "Begin locked, and ask for nothing: `coffer agent unlock` opens the vault.")
    var locked = false

    /// Whether keys are held in locked memory or not at all.
    @Flag(help: "Stop (78) where keys can't be kept out of swap, in place of a warning.")
    var requireLockedMemory = false

    /// Vault and identity.
    @OptionGroup(title: "Vault") var options: VaultOptions

    /// Serves until a signal comes.
    func run() async throws {
        try checkLockedMemory(CommandContext.current.diagnostics)
        // Before anybody is asked for a passphrase in vain.
        let (socket, ticketSocket) = try sockets(CommandContext.current)
        let metrics = MetricsRegistry()
        metrics.install()
        try await options.withOpening { opening, context in
            try checkUnlocking(opening)
            let shown = AgentNews(context, socket: socket.path, ticketSocket: ticketSocket?.path)
            let notifier = ServiceNotifier(context.environment)
            let vault = try await AgentVault(
                opening, beginsLocked: locked, lockAfter: lockAfter?.duration
            ) { isLocked in
                let news: Agent.News = isLocked ? .locked : .unlocked
                notifier?.hear(news)
                shown.show(news)
            }
            // Whoever stops reading standard error stops no refresh, no answer and no end.
            context.diagnostics.detach()
            let isAtTerminal = context.diagnostics.isTerminal
            let agent = try Agent(
                vault: vault, socket: socket, ticketSocket: ticketSocket, metrics: metrics, now: context.now,
                hasLostTerminal: { isAtTerminal && isatty(STDERR_FILENO) == 0 },
                notifier: notifier, tell: { shown.show($0) })
            try await agent.run()
        }
    }

    /// Refuses a bound that is none.
    func validate() throws {
        if let lockAfter, lockAfter.duration < .seconds(1) {
            throw ValidationError("--lock-after is at least a second: 30m, 8h")
        }
    }

    /// The sockets: what the service manager has passed, before what is named.
    private func sockets(_ context: CommandContext) throws -> (own: AgentSocket, tickets: AgentSocket?) {
        let passed = try PassedSocket.take(context.environment)
        func socket(
            _ passed: PassedSocket?, named name: String?, lockedBeside own: AgentSocket? = nil
        ) throws -> AgentSocket? {
            guard let passed else { return nil }
            if let name, try VaultLocation.agentSocket(context.environment, named: name) != passed.path {
                throw CommandError(
                    "usage",
                    message: "the service manager has passed the socket \(passed.path), and another one is named")
            }
            return try AgentSocket(passed, lockedBeside: own)
        }
        let own =
            try socket(passed.first { !$0.isForTickets }, named: place.socket)
            ?? AgentSocket(claiming: place.path(context))
        var tickets = try socket(passed.first { $0.isForTickets }, named: ticketSocket, lockedBeside: own)
        if tickets == nil, let ticketSocket {
            tickets = try AgentSocket(
                claiming: VaultLocation.agentSocket(context.environment, named: ticketSocket), lockedBeside: own)
        }
        try tickets?.confirm(apartFrom: own)
        return (own, tickets)
    }

    /// Refuses to lock by itself what nobody could unlock.
    private func checkUnlocking(_ opening: KeeperOpening) throws {
        guard locked || lockAfter != nil, opening.need == .restart else { return }
        throw CommandError(
            "usage",
            message: "an identity from a descriptor or a variable is given once, so the agent could not be unlocked",
            hint: "leave --locked and --lock-after out, or name an identity with --identity-file, -command or -in-vault"
        )
    }

    /// The agent holds keys for as long as it runs, so that it says at the beginning where they could be swapped out.
    private func checkLockedMemory(_ diagnostics: Diagnostics) throws {
        guard !LockedMemory.isAvailable else { return }
        let finding = "\(LockedMemory.lack); \(LockedMemory.fix)"
        guard !requireLockedMemory else { throw CommandError("configuration", message: finding) }
        diagnostics.warn(finding)
    }
}
