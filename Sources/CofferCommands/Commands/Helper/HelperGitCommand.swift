// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

import ArgumentParser
import CofferAgentClient
import CofferCredentials
import CofferKeeper
import CofferToolProtocols

/// `coffer helper git`: a credential helper of git (gitcredentials(7), "CUSTOM HELPERS").
struct HelperGitCommand: AsyncParsableCommand {
    /// What help says of it.
    static let configuration = CommandConfiguration(
        commandName: "git", abstract: "Be a credential helper of git.",
        discussion: """
            git starts it, and tells it on standard input what it needs.

              git config --global credential.https://git.example.com.helper '!coffer helper git'
              git config --global credential.https://git.example.com.helper coffer

            The second form finds the link git-credential-coffer, which make install puts beside the program.
            """)

    /// The operation.
    @Argument(help: "get, store, erase or capability; anything else is passed over, as git asks for.")
    var operation: String

    /// Whether the agent is asked.
    @OptionGroup var agent: AgentOption

    /// Vault and identity.
    @OptionGroup(title: "Vault") var options: VaultOptions

    /// Answers git.
    func run() async throws {
        let context = CommandContext.current
        switch operation {
        case "capability": return try context.output.write("version 0\ncapability authtype\n")
        case "get", "store", "erase": break
        default: return
        }
        let request = try GitCredential(reading: try await context.input.contents(limit: GitCredential.longest))
        guard let place = request.place else {
            if operation != "get" { return }
            throw ToolFailure(.invalid, "git named no host over HTTP, and nothing stands for every host")
        }
        let all = try BindingSettings(context.environment).all().filter { $0.kind == .git }
        guard let binding = try Binding.closest(of: all, to: place, for: request.username) else { return }
        let reason = "git \(operation) \(place.scheme)://\(place.host)"
        let answer = GitAnswer(binding, request)
        if operation == "get" {
            return try await options.withSource(unless: agent.isLeftOut, because: reason) { source, context in
                try context.output.write(try await answer.get(from: source))
            }
        }
        if try await isSettledByAgent(answer, context) { return }
        try await options.withKeeper(because: reason) { keeper, context in
            guard operation == "store" else { return try await answer.erase(in: keeper) }
            if let note = try await answer.store(in: keeper) { context.diagnostics.note(note) }
        }
    }

    /// Whether an agent stands in where there is no identity: git stores what it was given just now each time that it worked, and
    /// each time it would hear that there is none.
    private func isSettledByAgent(_ answer: GitAnswer, _ context: CommandContext) async throws -> Bool {
        guard !agent.isLeftOut, try AgentTicket.isNamed(context.environment) || options.lacksIdentity(context),
            case .open(let client) = try await AgentVisit.begin(options, context)
        else { return false }
        do {
            let isSettled = try await answer.settle(operation, with: client)
            await client.close()
            return isSettled
        } catch {
            await client.close()
            throw error
        }
    }
}
