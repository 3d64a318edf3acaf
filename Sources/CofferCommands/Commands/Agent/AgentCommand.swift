// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

import ArgumentParser
import CofferAgent
import CofferKeeper

/// `coffer agent`: keeps tokens fresh and serves local clients.
struct AgentCommand: AsyncParsableCommand, StopsItself {
    /// What help says of it.
    static let configuration = CommandConfiguration(
        commandName: "agent", abstract: "Keep tokens fresh, and hand them to programs of this user over a Unix socket.",
        discussion: """
            Unlocks the vault once, refreshes each connection before it falls due, and answers HTTP on a socket that only \
            processes of the same user reach. It hands out access tokens and static secrets, and never a client_secret or a \
            refresh token, whatever the identity could read. It stays in the foreground and ends with SIGTERM, SIGINT or SIGHUP; \
            what was asked before is answered first. docs/agent.md has every request.

              coffer agent
              coffer agent --identity-file ./reader --socket ./run/agent.sock

              S=$XDG_RUNTIME_DIR/coffer/agent.sock
              curl --unix-socket $S 'http://coffer/v1/token?path=main/amocrm/acme'
              curl --unix-socket $S 'http://coffer/v1/secret?path=main/npm-token'
              curl --unix-socket $S http://coffer/v1/health
            """)

    /// Where the socket is.
    @Option(
        help: ArgumentHelp(
            "The socket; its folder must be this user's and closed to others (0700), and is made if it is missing.",
            valueName: "file"), completion: .file())
    var socket: String?

    /// Whether keys are held in locked memory or not at all.
    @Flag(help: "Stop (78) where keys can't be kept out of swap, in place of a warning.")
    var requireLockedMemory = false

    /// Vault and identity.
    @OptionGroup(title: "Vault") var options: VaultOptions

    /// Serves until a signal comes.
    func run() async throws {
        try checkLockedMemory(CommandContext.current.diagnostics)
        // Before anybody is asked for a passphrase in vain.
        let place = try AgentSocket(
            claiming: VaultLocation.agentSocket(CommandContext.current.environment, named: socket))
        try await options.withKeeper { keeper, context in
            // Whoever stops reading standard error stops no refresh, no answer and no end.
            context.diagnostics.detach()
            let shown = AgentNews(context, socket: place.path, refreshes: keeper.refreshes)
            try await Agent(keeper: keeper, socket: place, now: context.now) { shown.show($0) }.run()
        }
    }

    /// The agent holds keys for as long as it runs, so that it says at the beginning where they could be swapped out.
    private func checkLockedMemory(_ diagnostics: Diagnostics) throws {
        guard !LockedMemory.isAvailable else { return }
        let finding = "\(LockedMemory.lack); \(LockedMemory.fix)"
        guard !requireLockedMemory else { throw CommandError("configuration", message: finding) }
        diagnostics.warn(finding)
    }
}
