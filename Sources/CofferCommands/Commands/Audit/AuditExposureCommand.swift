// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

import ArgumentParser
import CofferKeeper

/// `coffer audit exposure`: what a leak of an identity means.
struct AuditExposureCommand: AsyncParsableCommand {
    /// What help says of it.
    static let configuration = CommandConfiguration(
        commandName: "exposure", abstract: "Say what somebody could read and did read, and what must be replaced.",
        discussion: """
            What an identity could read decides what must be replaced: whoever held its keys could open everything in its \
            spaces, and a program of one's own leaves no event. What it is recorded to have read orders the work.

              coffer audit exposure --identity ci
              coffer audit exposure --identity ci --must rotate --quiet | xargs -o -n1 coffer rotate --leak
              coffer audit exposure --identity ci --must reissue --quiet | xargs -n1 coffer refresh --force
              coffer audit exposure --path main/amocrm
              coffer audit exposure --since 2h

            What must be done is one of rotate (the app's secret, and with it every token of its connections), reissue (new \
            tokens for a connection), with_app (its app's rotation does it), replace (a static secret), withdraw (the entry \
            is gone here; end it where it came from), and nothing, where everything was replaced since.

            It ends with 65, and says so first, if the record of events is broken: more may have been read than is listed.
            """)

    /// Whose.
    @Option(help: ArgumentHelp("What the identity of this name could read and did read.", valueName: "name"))
    var identity: String?

    /// Where.
    @Option(help: ArgumentHelp("Who could read and did read this path, and what lies below it.", valueName: "prefix"))
    var path: String?

    /// Since when.
    @Option(help: ArgumentHelp("What was handed to anybody from this time on.", valueName: "time"))
    var since: TimeArgument?

    /// What must be done.
    @Option(
        help: ArgumentHelp(
            "Only what needs this: rotate, reissue, with_app, replace, withdraw, nothing.", valueName: "remedy"))
    var must: [String] = []

    /// Vault and identity.
    @OptionGroup(title: "Vault") var options: VaultOptions

    /// The form of the list.
    @OptionGroup var list: ListOptions

    /// What is printed for programs.
    private struct Document: Encodable {
        let exposure: [ExposureRow]
        let broken: Bool
        let notes: [String]
    }

    /// Wants one question, and remedies that there are.
    func validate() throws {
        guard [identity != nil, path != nil, since != nil].count(where: \.self) == 1 else {
            throw ValidationError("ask one thing: --identity, --path or --since")
        }
        if must.contains(where: { ExposureRow.Remedy(rawValue: $0) == nil }) {
            let known = ExposureRow.Remedy.allCases.map(\.rawValue).joined(separator: ", ")
            throw ValidationError("--must is one of \(known)")
        }
    }

    /// Writes the list.
    func run() async throws {
        try await options.withKeeper { keeper, context in
            let question: ExposureQuestion =
                if let identity {
                    .identity(identity)
                } else if let path {
                    .path(path)
                } else {
                    .since(since?.date(now: context.now()) ?? context.now())
                }
            let report = try await keeper.exposure(question)
            var rows = report.rows
            if !must.isEmpty { rows = rows.filter { must.contains($0.must.rawValue) } }
            if list.format == .quiet {
                var seen: Set<String> = []
                rows = rows.filter { seen.insert($0.path).inserted }
            }
            if list.format == .json {
                try context.output.write(
                    JSONText.document(Document(exposure: rows, broken: report.isBroken, notes: report.notes)))
            } else {
                // At the head: a long list must not be all that is seen.
                for note in report.notes {
                    if report.isBroken { context.diagnostics.warn(note) } else { context.diagnostics.note(note) }
                }
                try ListOutput(items: rows, now: context.now()).write(list.format, in: context)
            }
            if report.isBroken { throw PrintedOutcome(status: .damaged) }
        }
    }
}
