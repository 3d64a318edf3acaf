// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

import ArgumentParser
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
        try await options.withKeeper(because: "git \(operation) \(place.scheme)://\(place.host)") { keeper, context in
            let answer = GitAnswer(keeper, binding, request)
            switch operation {
            case "get": try context.output.write(try await answer.get())
            case "store": if let note = try await answer.store() { context.diagnostics.note(note) }
            default: try await answer.erase()
            }
        }
    }
}
