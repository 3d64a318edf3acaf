// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

import ArgumentParser
import CofferCredentials
import CofferKeeper
import CofferToolProtocols

/// `coffer helper keyring`: the command line of Python's keyring, as far as other programs use it
/// (https://keyring.readthedocs.io, "Command-line Utility").
struct HelperKeyringCommand: AsyncParsableCommand {
    /// What help says of it.
    static let configuration = CommandConfiguration(
        commandName: "keyring", abstract: "Be the program keyring for pip, uv and others.",
        discussion: """
            They look for a program of the name keyring; make install puts such a link into libexec/coffer, so that it stands in \
            nobody's way but where that folder is put before others:

              coffer bind keyring https://packages.example.com/simple main/packages --username ci
              PATH=/usr/local/libexec/coffer:$PATH pip install --keyring-provider subprocess \\
                --index-url https://packages.example.com/simple/ made-up-package
            """)

    /// What is done.
    enum Operation: String, CaseIterable, ExpressibleByArgument {
        case get, set, del
    }

    /// What `get` prints.
    enum Mode: String, CaseIterable, ExpressibleByArgument {
        case password, creds
    }

    /// How it prints it.
    enum Form: String, CaseIterable, ExpressibleByArgument {
        case plain, json
    }

    /// The operation.
    @Argument(help: "The operation.")
    var operation: Operation

    /// The service.
    @Argument(help: "What it is for: a URL, or another name that was bound.")
    var service: String

    /// The name.
    @Argument(help: "Who; of several names that are bound, one must be said.")
    var username: String?

    /// What is printed.
    @Option(help: "Whether the name is printed besides.")
    var mode = Mode.password

    /// In which form.
    @Option(help: "In which form it is printed.")
    var output = Form.plain

    /// Whether the agent is asked.
    @OptionGroup var agent: AgentOption

    /// Vault and identity.
    @OptionGroup(title: "Vault") var options: VaultOptions

    /// Answers; where there is nothing, with status 1 and without a word.
    func run() async throws {
        let context = CommandContext.current
        guard let binding = try binding(context) else {
            guard operation == .set else { throw PrintedOutcome(status: .failed) }
            // A URL may have a password in it; then it is refused, and not repeated.
            throw Binding.nothing(.keyring, try Binding.Kind.keyring.match(service))
        }
        let typed = operation == .set ? try await password(context) : nil
        let reason = "keyring \(operation.rawValue) \(binding.match)"
        guard operation != .get else { return try await get(binding, because: reason) }
        try await options.withKeeper(because: reason) { keeper, _ in
            let password = BoundPassword(.vault(keeper), binding, for: "keyring")
            guard operation == .set else {
                guard try await password.erase(username, in: keeper) else { throw PrintedOutcome(status: .failed) }
                return
            }
            guard let typed, let username else { throw CommandError("usage", message: "the name is missing") }
            try await password.store(username, typed, in: keeper)
        }
    }

    private func get(_ binding: Binding, because reason: String) async throws {
        try await options.withSource(unless: agent.isLeftOut, because: reason) { source, context in
            let password = BoundPassword(source, binding, for: "keyring")
            guard let found = try await password.get(username, now: context.now()) else {
                throw PrintedOutcome(status: .failed)
            }
            try context.output.write(try printed(found.username, found.password))
        }
    }

    /// What answers: of those for the service's address the one with the longest path, or the one of that very name.
    private func binding(_ context: CommandContext) throws -> Binding? {
        let all = try BindingSettings(context.environment).all().filter { $0.kind == .keyring }
        guard service.contains("://") else {
            return try Binding.best(of: all.filter { $0.match == service }, for: username)
        }
        guard let place = try? GitPlace(request: service, for: "keyring") else { return nil }
        return try Binding.closest(of: all, to: place, for: username)
    }

    /// What is to be stored: the terminal's when there is a person, else standard input's, without the end of its line.
    private func password(_ context: CommandContext) async throws -> Secret {
        guard username != nil else {
            throw CommandError("usage", message: "set needs the name that the password is for")
        }
        return try await SecretInput(context).text("password")
    }

    private func printed(_ username: String, _ password: Secret) throws -> Secret {
        let answer = KeyringAnswer(username: mode == .creds ? username : nil, password: password)
        return output == .json ? try answer.object() : try answer.lines()
    }
}
