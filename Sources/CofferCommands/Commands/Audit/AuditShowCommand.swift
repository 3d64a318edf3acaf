// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

import ArgumentParser
import CofferKeeper
import CofferVault

/// `coffer audit show`: the events.
struct AuditShowCommand: AsyncParsableCommand {
    /// What help says of it.
    static let configuration = CommandConfiguration(
        commandName: "show", abstract: "Show events, the newest last.",
        discussion: """
            Owners see everybody's. Anybody else sees its own chain, and of that only what is not sealed to the owners: \
            numbers, and how many rows were written.

              coffer audit show --path main/amocrm --since 2h
              coffer audit show --identity ci --action token --limit 20
            """)

    /// Where.
    @Option(help: ArgumentHelp("Only events about this path or one below it.", valueName: "prefix"))
    var path: String?

    /// Who.
    @Option(help: ArgumentHelp("Only events of the identity with this name.", valueName: "name"))
    var identity: String?

    /// What.
    @Option(help: ArgumentHelp("Only events of this action, as token, get, put or 'refresh end'.", valueName: "action"))
    var action: String?

    /// From when on.
    @Option(
        help: ArgumentHelp("Only events from this time on, in RFC 3339 or as a length of time ago.", valueName: "time"))
    var since: TimeArgument?

    /// Until when.
    @Option(help: ArgumentHelp("Only events before this time.", valueName: "time"))
    var until: TimeArgument?

    /// How many.
    @Option(help: "How many of the newest.")
    var limit = 100

    /// Whether all are shown.
    @Flag(help: "Show all, however many there are.")
    var all = false

    /// Vault and identity.
    @OptionGroup(title: "Vault") var options: VaultOptions

    /// The form of the list.
    @OptionGroup var list: ListOptions

    /// Refuses a limit below one, and what can't be an action.
    func validate() throws {
        if limit < 1 { throw ValidationError("--limit is a number from 1 on") }
        if let action, AuditAction(rawValue: action) == nil { throw ValidationError(Self.noSuchAction) }
    }

    private static var noSuchAction: String {
        "there is no action of that name; there are \(AuditAction.known.map(\.rawValue).joined(separator: ", "))"
    }

    /// Writes the list.
    func run() async throws {
        try await options.withKeeper { keeper, context in
            var filter = AuditFilter()
            filter.path = path
            filter.identity = identity
            filter.action = action.flatMap(AuditAction.init(rawValue:))
            filter.since = since?.date(now: context.now())
            filter.until = until?.date(now: context.now())
            let (events, isCutShort) = try await keeper.auditEvents(filter, limit: all ? nil : limit)
            // A newer program's actions can be asked for; a name that none has is a mistake.
            if let action = filter.action, !action.isKnown, events.isEmpty {
                throw CommandError("usage", message: Self.noSuchAction)
            }
            try ListOutput(items: events, now: context.now()).write(list.format, in: context)
            if isCutShort { context.diagnostics.note("older events are left out; see --limit and --all") }
            guard !keeper.readsAllEvents else { return }
            context.diagnostics.note(
                "only owners read the record: this is the part of this identity's own events that is not sealed to them"
            )
        }
    }
}
