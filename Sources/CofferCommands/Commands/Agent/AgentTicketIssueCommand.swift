// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

import ArgumentParser
import CofferAgent
import CofferCredentials

#if canImport(FoundationEssentials)
import FoundationEssentials
#else
import Foundation
#endif

/// `coffer agent ticket issue`, which plain `coffer agent ticket` means.
struct AgentTicketIssueCommand: AsyncParsableCommand {
    /// What help says of it.
    static let configuration = CommandConfiguration(
        commandName: "issue", abstract: "Print a ticket; what plain coffer agent ticket does.",
        discussion: """
            Only the ticket goes to standard output, with one newline. It is shown this once.

              coffer agent ticket --path 'main/amocrm/*' --path main/npm-token --ttl 1h --name import > ticket
            """)

    /// What it is good for.
    @Option(
        name: .customLong("path"),
        help: ArgumentHelp(
            "What it is for: a path, or a pattern as 'main/amocrm/*'; several times for several.", valueName: "pattern")
    )
    var paths: [String] = []

    /// How long.
    @Option(help: ArgumentHelp("For how long, 30 days at most: 15m, 1h, 7d.", valueName: "duration"))
    var ttl = DurationArgument(.seconds(3600))

    /// What it is called.
    @Option(help: ArgumentHelp("What it is revoked and recorded by; else a name that is free.", valueName: "name"))
    var name: String?

    /// Whether it may be shown on a terminal.
    @OptionGroup var revealing: RevealOption

    /// JSON.
    @OptionGroup var output: JSONOption

    /// Where the socket is.
    @OptionGroup var place: AgentSocketOption

    /// Refuses what the agent would refuse.
    func validate() throws {
        guard (1...32).contains(paths.count) else {
            throw ValidationError("--path says what the ticket is for, and is there 32 times at most")
        }
        guard paths.allSatisfy({ TicketPattern($0) != nil }) else {
            throw ValidationError(
                "--path is up to 8 segments joined with '/', each as in a path, or * for one, or ** for any number of them"
            )
        }
        guard ttl.duration >= .seconds(1), ttl.duration <= .seconds(30 * 24 * 3600) else {
            throw ValidationError("--ttl is from 1s to 30d")
        }
        guard name.map({ AgentTicketName.isOne($0) }) ?? true else { throw ValidationError(AgentTicketName.rule) }
    }

    /// Asks the agent.
    func run() async throws {
        let context = CommandContext.current
        try revealing.check(context)
        let (text, view) = try await AgentCaller(socket: place.path(context)).ticket(
            for: paths.compactMap { TicketPattern($0) }, lifetime: ttl.duration, name: name)
        if output.json {
            try context.output.write(text.withExposedText { JSONText.document(Issued(view, $0)) })
        } else {
            try context.output.write(text)
            try context.output.write("\n")
        }
        context.diagnostics.note("ticket \(view.name) is good until \(JSONText.rfc3339(view.expiresAt))")
    }

    /// The ticket as programs get it.
    private struct Issued: Encodable {
        let ticket, name: String
        let paths: [String]
        let issuedAt, expiresAt: Date

        init(_ view: TicketView, _ text: String) {
            (ticket, name, paths) = (text, view.name, view.paths)
            (issuedAt, expiresAt) = (view.issuedAt, view.expiresAt)
        }
    }
}
