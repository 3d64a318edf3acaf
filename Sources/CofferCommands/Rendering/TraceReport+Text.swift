// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

import CofferKeeper

#if canImport(FoundationEssentials)
import FoundationEssentials
#else
import Foundation
#endif

extension TraceReport {
    /// Where the string stands or stood, and who had it, for people.
    func text(now: Date) -> String {
        if let name = identityOf { return FactSheet([("ours", "the identity of \(name)")]).text }
        guard isOurs else { return FactSheet([("ours", "no")]).text }
        return matches.map { Self.facts($0, now: now).text }.joined(separator: "\n")
    }

    private static func facts(_ match: Match, now: Date) -> FactSheet {
        let place = { (place: Place?) -> String? in
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
