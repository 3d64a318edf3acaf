// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

import ArgumentParser
import CofferAgent

/// `coffer agent lock`.
struct AgentLockCommand: AsyncParsableCommand {
    /// What help says of it.
    static let configuration = CommandConfiguration(
        commandName: "lock", abstract: "Have the running agent forget every key.",
        discussion: """
            Returns when no key is in its memory any more. A token request that was sent is waited for until its answer is in the \
            vault; everything else ends at once, and nothing is handed out or refreshed until the agent is unlocked.

              coffer agent lock
            """)

    /// Where the socket is.
    @OptionGroup var place: AgentSocketOption

    /// Asks the agent.
    func run() async throws {
        let context = CommandContext.current
        try await AgentCaller(socket: place.path(context)).lock()
        context.diagnostics.note("locked; unlock it with: coffer agent unlock")
    }
}
