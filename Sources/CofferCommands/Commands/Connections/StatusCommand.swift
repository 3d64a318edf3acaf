// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

import ArgumentParser
import CofferKeeper
import CofferOAuth

/// `coffer status`: what is healthy, what needs a person, when each refreshes next.
struct StatusCommand: AsyncParsableCommand {
    /// What help says of it.
    static let configuration = CommandConfiguration(
        commandName: "status", abstract: "Show every connection: its state, when it expires and when it refreshes.",
        discussion: """
              coffer status
              coffer status --state needs_reauthorization --quiet
            """)

    /// Only one state.
    @Option(help: ArgumentHelp("Only connections in this state; more than one may be named.", valueName: "state"))
    var state: [String] = []

    /// Vault and identity.
    @OptionGroup(title: "Vault") var options: VaultOptions

    /// The form of the list.
    @OptionGroup var list: ListOptions

    /// Refuses a state that does not exist: a filter that nothing passes would look like health.
    func validate() throws {
        if let unknown = state.first(where: { GrantState(rawValue: $0) == nil }) {
            let known = GrantState.allCases.map(\.rawValue).joined(separator: ", ")
            throw ValidationError("there is no state '\(unknown)'; the states are \(known)")
        }
    }

    /// Writes the list.
    func run() async throws {
        try await options.withKeeper { keeper, context in
            let connections = try await keeper.status().filter { state.isEmpty || state.contains($0.state) }
            try ListOutput(items: connections, now: context.now()).write(list.format, in: context)
        }
    }
}
