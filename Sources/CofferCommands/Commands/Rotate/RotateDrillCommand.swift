// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

import ArgumentParser
import CofferCredentials
import CofferDrill
import CofferKeeper
import CofferRotation

/// `coffer rotate drill APP`: a whole rotation of the app, played against a sandbox.
struct RotateDrillCommand: AsyncParsableCommand {
    /// What help says of it.
    static let configuration = CommandConfiguration(
        commandName: "drill",
        abstract: "Rehearse an app's rotation against a sandbox on this machine; nothing real is touched.",
        discussion: """
            The app's vault is only read, no request leaves this machine, and no program, hook or vendor's API of yours is used. A \
            sandbox plays the provider with as many made-up accounts as the app has, at the provider's pace, and the report is the \
            one that a real rotation writes, marked as a drill.

            Waits for the provider's pace are passed over, and counted in the report's times; --real-time waits for them. The \
            operator's part is played by the sandbox, or with --by-hand by you, at this terminal.

              coffer rotate drill main/amocrm
              coffer rotate drill main/amocrm --planned --by-hand
              coffer rotate drill main/amocrm --connections 10000 --format html --output drill.html
            """)

    /// The most connections that are played: 100,000, so that every drill ends.
    private static let mostConnections = 100_000

    /// How many connections of the plan are named; the report has them all.
    private static let namedCount = 5

    /// The app's path.
    @Argument(help: "The app whose rotation is rehearsed, as main/amocrm.", completion: PathCompletion.apps)
    var app: String

    /// That a leak is rehearsed.
    @Flag(help: "Rehearse a leak; the default.")
    var leak = false

    /// That nothing leaked.
    @Flag(help: "Rehearse a planned rotation.")
    var planned = false

    /// What readers get meanwhile.
    @OptionGroup var taint: TaintOptions

    /// That an access token leaked too.
    @Flag(help: "Say that an access token leaked as well.")
    var accessTokenLeaked = false

    /// How many connections.
    @Option(help: ArgumentHelp("So many connections; as many as the app has unless given.", valueName: "n"))
    var connections: Int?

    /// Whether a person does the operator's part.
    @Flag(help: "Do the operator's part yourself, at this terminal.")
    var byHand = false

    /// Whether waits are waited for.
    @Flag(help: "Wait for the provider's pace, as in earnest.")
    var realTime = false

    /// The report's form, and where it goes.
    @OptionGroup var report: ReportOptions

    /// Vault and identity.
    @OptionGroup(title: "Vault") var options: VaultOptions

    /// Refuses two kinds, and numbers that can't be.
    func validate() throws {
        if leak && planned { throw ValidationError("--leak and --planned exclude each other") }
        if planned && (taint.isNamed || accessTokenLeaked) {
            throw ValidationError("--planned takes none of the options for a leak")
        }
        if let connections, !(0...Self.mostConnections).contains(connections) {
            throw ValidationError("--connections is from 0 to \(Self.mostConnections)")
        }
    }

    /// Reads what there is to know of the app, plays, and writes the report.
    func run() async throws {
        let context = CommandContext.current
        let target = try report.target(sparing: options.location(context))
        if byHand, !(context.input.isTerminal && context.terminal.isPresent) {
            throw CommandError("no_terminal", message: "--by-hand needs a terminal to ask at")
        }
        let path = try CredentialPath(app)
        // The vault is closed again before anything is played.
        let subject = try await options.withKeeper { keeper, _ in
            try await keeper.drillSubject(
                of: path, mode: planned ? .planned : .leak, taint: taint.strength,
                accessTokenLeaked: accessTokenLeaked, connectionCount: connections)
        }
        let drill = Drill(
            subject, isVirtual: !realTime, isByHand: byHand, now: context.now,
            log: KeeperLog(DiagnosticsLogHandler.logger(context)))
        announce(drill, subject, context.diagnostics)
        let played = try await play(drill, context)
        try report.write(played, to: target, of: "the drill", context)
        if let status = played.exitStatus { throw PrintedOutcome(status: status) }
    }

    private func play(_ drill: Drill, _ context: CommandContext) async throws -> RotationReport {
        defer { context.diagnostics.endProgress() }
        var person: (@Sendable (SandboxHands) -> any RotationOperator)?
        if byHand { person = { PersonAtDrill(context, $0) } }
        let bar = ConnectionBar(now: context.now)
        return try await drill.run(operator: person) { news in
            switch news {
            case .connected(let done, let count): context.diagnostics.progress("connected \(done) of \(count) accounts")
            case .rotating(let progress): RotationNews(progress, bar).tell(context.diagnostics)
            }
        }
    }

    /// Says what is going to be played, as `--dry-run` shows it.
    private func announce(_ drill: Drill, _ subject: DrillSubject, _ diagnostics: Diagnostics) {
        let accounts = subject.connections.count == 1 ? "account" : "accounts"
        diagnostics.note(
            """
            this is a drill: a sandbox on this machine plays \(drill.provider) (\(drill.emulation)) for \(subject.app), with \
            \(subject.connections.count) made-up \(accounts)
            """)
        for line in PlanView(preview: subject.preview).lines(naming: Self.namedCount) { diagnostics.note("  \(line)") }
        diagnostics.note(
            realTime
                ? "the provider's pace is waited for"
                : "waits are passed over, and counted in the report's times; --real-time waits for them")
    }
}
