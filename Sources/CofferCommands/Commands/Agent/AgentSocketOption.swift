// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

import ArgumentParser
import CofferKeeper

/// Where the agent's socket is.
struct AgentSocketOption: ParsableArguments {
    /// The socket.
    @Option(
        help: ArgumentHelp(
            "The agent's own socket, for no container; its folder must be this user's and closed to others (0700).",
            valueName: "file"),
        completion: .file())
    var socket: String?

    /// The flag before the environment before the default.
    ///
    /// - Throws: `KeeperError` with the code `usage` if there is no folder to derive a default from.
    func path(_ context: CommandContext) throws -> String {
        try VaultLocation.agentSocket(context.environment, named: socket)
    }
}
