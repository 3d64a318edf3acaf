// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

import ArgumentParser
import CofferKeeper

#if canImport(FoundationEssentials)
import FoundationEssentials
#else
import Foundation
#endif

/// `coffer audit trace`: whether a string is or was one of ours.
struct AuditTraceCommand: AsyncParsableCommand {
    /// What help says of it.
    static let configuration = CommandConfiguration(
        commandName: "trace", abstract: "Say whether a string that was found somewhere is or was one of ours.",
        discussion: """
            The string is standard input; on a terminal it is asked for, hidden. It is compared by its fingerprint, which \
            outlives the value: also one that was replaced long ago is known, and no value is opened. Owners see when it \
            was stored and replaced, and who was handed it; issuers see that it is ours. The text of an identity is \
            recognised, too. What was stored with --no-trace is not known.

            It ends with 85 if the string is or was ours, with 0 if it is not.

              coffer audit trace < found-string.txt
            """)

    /// Vault and identity.
    @OptionGroup(title: "Vault") var options: VaultOptions

    /// JSON.
    @OptionGroup var output: JSONOption

    /// Reads the string, and says what is known of it.
    func run() async throws {
        try await options.withKeeper { keeper, context in
            let report = try await keeper.trace(try await SecretInput(context).bytes("string"))
            if output.json {
                try context.output.write(JSONText.document(report))
            } else {
                try context.output.write(Self.text(report, now: context.now()))
                for note in report.notes { context.diagnostics.note(note) }
            }
            if report.isOurs { throw PrintedOutcome(status: .leakFound) }
        }
    }

    private static func text(_ report: TraceReport, now: Date) -> String {
        if let name = report.identityOf { return FactSheet([("ours", "the identity of \(name)")]).text }
        guard report.isOurs else { return FactSheet([("ours", "no")]).text }
        return report.matches.map { facts($0, now: now).text }.joined(separator: "\n")
    }

    private static func facts(_ match: TraceReport.Match, now: Date) -> FactSheet {
        let place = { (place: TraceReport.Place?) -> String? in
            place.map { place in
                let time = place.at.map { "\(JSONText.rfc3339($0)), \(RelativeTime.text($0, now: now)), " } ?? ""
                return "\(time)by \(place.identity) (event \(place.sequence))"
            }
        }
        let handOuts = (match.handedTo ?? []).map { handOut in
            let times =
                handOut.count == 1
                ? "once, \(JSONText.rfc3339(handOut.lastAt))"
                : "\(handOut.count) times, \(JSONText.rfc3339(handOut.firstAt)) to \(JSONText.rfc3339(handOut.lastAt))"
            let reasons = handOut.reasons.isEmpty ? "" : ": \(handOut.reasons.joined(separator: "; "))"
            return ("handed to", Optional("\(handOut.identity), \(times)\(reasons)"))
        }
        let nobody = match.handedTo?.isEmpty == true ? [("handed to", Optional("nobody"))] : []
        return FactSheet(
            [
                ("ours", "the \(match.field) of \(match.path ?? "an entry in \(match.space) that is gone")"),
                ("state", match.state), ("stored", place(match.stored)), ("ended", place(match.ended)),
            ] + handOuts + nobody)
    }
}
