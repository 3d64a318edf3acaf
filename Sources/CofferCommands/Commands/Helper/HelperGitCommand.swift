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
        guard let binding = try Self.binding(for: request, place, BindingSettings(context.environment).all()) else {
            return
        }
        var options = options
        if options.reason == nil { options.reason = "git \(operation) \(place.scheme)://\(place.host)" }
        try await options.withKeeper { keeper, context in
            let answer = GitAnswer(keeper, binding, request)
            switch operation {
            case "get": try context.output.write(try await answer.get())
            case "store": if let note = try await answer.store() { context.diagnostics.note(note) }
            default: try await answer.erase()
            }
        }
    }

    /// The binding that fits best: of those with the longest path the one with the request's name, or else the one without any.
    ///
    /// - Throws: ``CommandError`` `misconfigured` where several names are bound and the request has none.
    private static func binding(
        for request: GitCredential, _ place: GitPlace, _ all: [Binding]
    ) throws -> Binding? {
        let fitting = try all.filter { binding in
            binding.kind == .git && [nil, request.username ?? binding.username].contains(binding.username)
        }.map { (binding: $0, place: try GitPlace(match: $0.match)) }.filter { $0.place.covers(place) }
        let longest = fitting.map(\.place.segments.count).max()
        let best = fitting.filter { $0.place.segments.count == longest }.map(\.binding)
        if let named = best.first(where: { $0.username != nil && $0.username == request.username }) { return named }
        guard best.count > 1 else { return best.first }
        if let unnamed = best.first(where: { $0.username == nil }) { return unnamed }
        throw CommandError(
            "misconfigured", message: "several names are bound to \(best[0].match)",
            hint: "put one of them into the URL: https://NAME@HOST")
    }
}
