// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

import ArgumentParser
import CofferCredentials
import CofferKeeper
import CofferToolProtocols

/// `coffer helper docker`: a credential helper of Docker and of other clients of registries.
struct HelperDockerCommand: AsyncParsableCommand {
    /// What help says of it.
    static let configuration = CommandConfiguration(
        commandName: "docker", abstract: "Be a credential helper of docker, podman, skopeo and others.",
        discussion: """
            They find the link docker-credential-coffer, which make install puts beside the program, by ~/.docker/config.json \
            (podman and skopeo: auth.json), and tell it on standard input what they need. What goes wrong they read on standard output.

              { "credHelpers": { "registry.example.com": "coffer" } }

              coffer bind docker registry.example.com main/gitlab/me
              docker pull registry.example.com/team/image
            """)
    /// What it is called by its clients.
    private static let name = "docker-credential-coffer"
    /// What it is called where it is told why not.
    private static let tool = "a registry's client"

    /// The operation; more or fewer are refused in the clients' way.
    @Argument(help: "get, store, erase, list or version.")
    var operation: [String] = []

    /// Whether the agent is asked.
    @OptionGroup var agent: AgentOption

    /// Vault and identity.
    @OptionGroup(title: "Vault") var options: VaultOptions

    /// Answers the client; a failure is a line on standard output and status 1.
    func run() async throws {
        let context = CommandContext.current
        do {
            if let answer = try await answer(context) { try context.output.write(answer) }
        } catch {
            let error = CommandError(error)
            try context.output.write(PrintableText.clean(error.lines.joined(separator: "; ")) + "\n")
            throw PrintedOutcome(status: .failed)
        }
    }

    private func answer(_ context: CommandContext) async throws -> Secret? {
        guard operation.count == 1 else {
            throw CommandError("usage", message: "Usage: \(Self.name) <store|get|erase|list|version>")
        }
        switch operation[0] {
        case "version": return Secret("\(Self.name) (coffer) \(CofferCommand.configuration.version)\n")
        case "list": return RegistryCredential.list(try Self.names(context))
        case "get", "erase":
            let text = try await context.input.contents(limit: RegistryCredential.longest)
            let address = try RegistryCredential.address(reading: text)
            guard let binding = try Self.binding(address, nil, context) else { throw Self.nothing }
            return operation[0] == "get" ? try await get(address, binding) : try await erase(binding)
        case "store":
            let text = try await context.input.contents(limit: RegistryCredential.longest)
            return try await store(try RegistryCredential(reading: text), context)
        default: throw CommandError("usage", message: "\(Self.name): unknown action: \(operation[0])")
        }
    }

    private func get(_ address: String, _ binding: Binding) async throws -> Secret {
        let reason = "docker get \(binding.match)"
        return try await options.withSource(unless: agent.isLeftOut, because: reason) { source, context in
            let password = BoundPassword(source, binding, for: Self.tool)
            guard let found = try await password.get(nil, now: context.now()) else { throw Self.nothing }
            return try RegistryCredential(address: address, username: found.username, secret: found.password).answer()
        }
    }

    private func store(_ credential: RegistryCredential, _ context: CommandContext) async throws -> Secret? {
        // An address that is none may have a password in it, and is not repeated.
        let match = try RegistryPlace(credential.address).text
        guard let binding = try Self.binding(credential.address, credential.username, context) else {
            if try Self.bindings(match, context).isEmpty { throw Binding.nothing(.docker, match) }
            throw CommandError("exists", message: "what is bound to \(match) is for another name")
        }
        return try await options.withKeeper(because: "docker store \(binding.match)") { keeper, _ in
            try await BoundPassword(.vault(keeper), binding, for: Self.tool)
                .store(credential.username, credential.secret, in: keeper)
            return nil
        }
    }

    private func erase(_ binding: Binding) async throws -> Secret? {
        try await options.withKeeper(because: "docker erase \(binding.match)") { keeper, _ in
            let password = BoundPassword(.vault(keeper), binding, for: Self.tool)
            guard try await password.erase(nil, in: keeper) else { throw Self.nothing }
            return nil
        }
    }

    /// What clients take for "there is none".
    private static var nothing: CommandError { CommandError("not_found", message: RegistryCredential.none) }

    /// What answers for a registry; what can't be bound to is bound to nothing.
    private static func binding(_ address: String, _ username: String?, _ context: CommandContext) throws -> Binding? {
        guard let place = try? RegistryPlace(address) else { return nil }
        return try Binding.best(of: try bindings(place.text, context), for: username)
    }

    private static func bindings(_ match: String, _ context: CommandContext) throws -> [Binding] {
        try BindingSettings(context.environment).all().filter { $0.kind == .docker && $0.match == match }
    }

    /// All that is bound, with the names as far as bindings say them: a list hands nothing out, and opens no vault.
    private static func names(_ context: CommandContext) throws -> [String: String] {
        let all = try BindingSettings(context.environment).all().filter { $0.kind == .docker }
        let names = try all.map { (try RegistryPlace($0.match).listName, $0.username ?? "") }
        return Dictionary(names) { first, _ in first }
    }
}
