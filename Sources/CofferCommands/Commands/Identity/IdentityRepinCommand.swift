// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

import ArgumentParser
import CofferKeeper
import CofferVault

/// `coffer identity repin`: moves the pin in an identity's file.
struct IdentityRepinCommand: AsyncParsableCommand {
    /// What help says of it.
    static let configuration = CommandConfiguration(
        commandName: "repin", abstract: "Move the pin of your identity to a newer manifest.",
        discussion: """
            After an owner was removed, the others hand the new pin to everybody who trusts an older one. Without a PIN it \
            is moved to the newest manifest that the vault has. A pin that does not descend from the one in the identity \
            gives up what was trusted: that is asked for, or wants --force.

              coffer identity repin coffer-pin-1…
            """)

    /// The pin.
    @Argument(help: ArgumentHelp("The manifest to trust; else the newest in the vault.", valueName: "coffer-pin-1…"))
    var newPin: String?

    /// Whether a pin is taken that does not descend from the identity's.
    @Flag(help: "Take a pin that does not descend from the one that the identity has.")
    var force = false

    /// Vault and identity.
    @OptionGroup(title: "Vault") var options: VaultOptions

    /// JSON.
    @OptionGroup var output: JSONOption

    /// Compares the pins, asks where something is given up, and moves it.
    func run() async throws {
        let context = CommandContext.current
        let given = try newPin.map { try PinText(reading: $0).pin }
        let network = context.network()
        let move: Result<Repin, any Error>
        do {
            let effects = VaultOptions.effects(context, network)
            move = .success(try await Repin(options.location(context), to: given, effects: effects))
        } catch {
            move = .failure(error)
        }
        await network.shutdown()
        try await settle(try move.get(), context)
    }

    private func settle(_ move: Repin, _ context: CommandContext) async throws {
        if let warning = move.warning {
            context.diagnostics.warn(warning)
            guard force || (context.input.isTerminal && context.terminal.isPresent) else {
                throw CommandError(
                    "usage", message: "the pin gives up what the identity trusts, and nobody can be asked",
                    hint: "if you are sure that it is the right one, take it with --force")
            }
            if !force, !(try await context.terminal.confirm("trust this pin instead of the identity's own?")) {
                throw CommandError("not_confirmed", message: "nothing was changed")
            }
        }
        if move.relation != .same { try move.confirm() }
        let view = try RepinView(move)
        try context.output.write(output.json ? JSONText.document(view) : view.pin + "\n")
        context.diagnostics.note(
            move.relation == .same
                ? "the identity has this pin already"
                : "the identity in \(move.path) trusts manifest \(move.pin.epoch) now")
    }
}
