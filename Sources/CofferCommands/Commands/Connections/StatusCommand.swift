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
              coffer status --watch

            --watch goes on until it is told to end (Ctrl-C, SIGTERM). On a terminal the table is drawn anew when something \
            changes and every two seconds; elsewhere, and with --json or --quiet, there is a line for each connection and \
            then one for each that changes. It refreshes nothing: that does coffer agent, or coffer refresh --watch.
            """)

    /// Only one state.
    @Option(
        help: ArgumentHelp("Only connections in this state; more than one may be named.", valueName: "state"),
        completion: .list(GrantState.allCases.map(\.rawValue)))
    var state: [String] = []

    /// Whether it goes on.
    @Flag(help: "Go on, and show what changes.")
    var watch = false

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
        if watch { return try await watchOn() }
        try await options.withKeeper { keeper, context in
            let connections = try await keeper.status().filter { isWanted($0) }
            try ListOutput(items: connections, now: context.now()).write(list.format, in: context)
        }
    }

    /// Shows them until a signal comes.
    private func watchOn() async throws {
        try await options.withKeeper { keeper, context in
            let shown = StatusWatch(context, list.format)
            let result: Result<Void, any Error>
            do {
                result = .success(try await keeper.watchStatus { try shown.show($0.filter { isWanted($0) }) })
            } catch {
                result = .failure(error)
            }
            shown.end()
            try result.get()
        }
    }

    private func isWanted(_ connection: ConnectionView) -> Bool {
        state.isEmpty || state.contains(connection.state)
    }
}
