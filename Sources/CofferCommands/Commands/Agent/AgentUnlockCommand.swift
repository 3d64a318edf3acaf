// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

import ArgumentParser
import CofferAgent
import CofferCredentials
import CofferKeeper

/// `coffer agent unlock`.
struct AgentUnlockCommand: AsyncParsableCommand {
    /// What help says of it.
    static let configuration = CommandConfiguration(
        commandName: "unlock", abstract: "Have the running agent open its vault again.",
        discussion: """
            Asks for the passphrase of the agent's identity if the vault keeps it under one (--identity-in-vault): hidden at a \
            terminal, else as one line of standard input. An identity in a file, or from a program, is read again by the agent.

              coffer agent unlock
              coffer agent unlock --passphrase-fd 3 3< passphrase
            """)

    /// Where the socket is.
    @OptionGroup var place: AgentSocketOption

    /// An open descriptor that the passphrase is read from.
    @Option(help: ArgumentHelp("An open descriptor with the passphrase, instead of standard input.", valueName: "n"))
    var passphraseFd: Int32?

    /// Refuses what can't be a descriptor.
    func validate() throws {
        if let passphraseFd, passphraseFd < 0 {
            throw ValidationError("--passphrase-fd is the number of an open descriptor")
        }
    }

    /// Asks whoever must be asked, and then the agent.
    func run() async throws {
        let context = CommandContext.current
        let caller = AgentCaller(socket: try place.path(context))
        guard let need = try await caller.need() else {
            return context.diagnostics.note("the agent is not locked")
        }
        var passphrase: Secret?
        if need == .passphrase {
            passphrase = try await SecretInput(context, descriptor: passphraseFd).text("passphrase")
        }
        try await caller.unlock(passphrase)
        context.diagnostics.note("unlocked")
    }
}
