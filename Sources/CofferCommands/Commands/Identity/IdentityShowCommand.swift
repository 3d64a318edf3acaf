// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

import ArgumentParser
import CofferKeeper

/// `coffer identity show`.
struct IdentityShowCommand: AsyncParsableCommand {
    /// What help says of it.
    static let configuration = CommandConfiguration(
        commandName: "show", abstract: "Show an identity, by default your own; no key is among it.",
        discussion: """
            With --public it prints the line that `coffer identity new` printed, for an owner who is to give it further \
            spaces; the vault is not opened for that.

              coffer identity show
              coffer identity show ci --json
            """)

    /// The name.
    @Argument(help: "The identity's name in this vault.")
    var name: String?

    /// Whether the public part is wanted.
    @Flag(name: .customLong("public"), help: "Print your own public identity, as `identity new` did.")
    var isPublic = false

    /// Vault and identity.
    @OptionGroup(title: "Vault") var options: VaultOptions

    /// JSON.
    @OptionGroup var output: JSONOption

    /// Refuses another's public part, which is not kept.
    func validate() throws {
        if isPublic && name != nil { throw ValidationError("--public is of your own identity and takes no name") }
    }

    /// Writes the facts.
    func run() async throws {
        guard !isPublic else { return try await writePublic(CommandContext.current) }
        try await options.withKeeper { keeper, context in
            let all = try await keeper.identities(includingDeparted: true)
            // Of several of one name the one that is a member, else the one that left last.
            let found = all.first { name == nil ? $0.isOwn : $0.name == name && $0.until == nil }
            guard let identity = found ?? all.last(where: { $0.name == name }) else {
                throw CommandError(
                    "not_found", message: "there is no identity of that name", hint: "see: coffer identity list --all")
            }
            try context.output.write(
                output.json ? JSONText.document(identity) : identity.facts(now: context.now()).text)
        }
    }

    private func writePublic(_ context: CommandContext) async throws {
        let own = try await NewIdentity(reading: options.location(context).identity)
        try context.output.write(output.json ? JSONText.document(NewIdentityView(own)) : own.publicText + "\n")
        context.diagnostics.note("its fingerprint is \(own.fingerprint)")
    }
}
