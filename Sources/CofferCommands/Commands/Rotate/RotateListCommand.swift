// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

import ArgumentParser
import CofferKeeper
import CofferRotation

/// `coffer rotate list`.
struct RotateListCommand: AsyncParsableCommand {
    /// What help says of it.
    static let configuration = CommandConfiguration(
        commandName: "list", abstract: "List the rotations.",
        discussion: """
              coffer rotate list
              coffer rotate list --open --quiet
            """)

    /// Whether only open ones are listed.
    @Flag(help: "Only those that are not over.")
    var open = false

    /// Vault and identity.
    @OptionGroup(title: "Vault") var options: VaultOptions

    /// The form of the list.
    @OptionGroup var list: ListOptions

    /// Writes the list.
    func run() async throws {
        try await options.withKeeper { keeper, context in
            // What there is comes first: with its id a rotation goes on, whichever is missing.
            let rows = try await keeper.rotations(isConfirmed: false).filter { !open || !$0.state.isOver }
                .map(RotationRow.init)
            let missing: (any Error)?
            do {
                try await keeper.confirmJournals()
                missing = nil
            } catch { missing = error }
            if missing == nil || !rows.isEmpty {
                try ListOutput(items: rows, now: context.now()).write(list.format, in: context)
            }
            if let missing { throw missing }
        }
    }
}
