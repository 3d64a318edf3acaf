// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

extension ChainFinding {
    /// What is wrong, for programs and for people.
    package var words: (problem: String, sentence: String) {
        let isOne = first == last
        let place = isOne ? "event \(first)" : "events \(first) to \(last)"
        let (be, have) = isOne ? ("is", "has") : ("are", "have")
        let whole = "\(place) of \(name)"
        let seen =
            witness.map { "event \($0.sequence) of \(witnessName ?? "another identity")" }
            ?? (isRemembered ? "this machine" : "the manifest that removed \(name)")
        return switch kind {
        case .unreadable: ("unreadable", "\(whole): what lies there is no event")
        case .edited: ("edited", "\(whole): the bytes are not those that were signed")
        case .foreign: ("foreign", "\(whole): an event of another chain lies there")
        case .moved(let from): ("moved", "\(whole): event \(from)\(isOne ? "" : " and those after it") lies there")
        case .missing: ("missing", "\(whole) \(be) gone, and later ones are there")
        case .unlinked: ("unlinked", "\(whole) \(be) signed and names another predecessor than the one that is there")
        case .cutOff: ("cut_off", "\(whole) \(be) gone from the end of the chain; \(seen) saw \(isOne ? "it" : "them")")
        case .lostWithPower:
            (
                "lost_with_power",
                """
                \(whole), of reading, which this machine saw before it was last started, \(be) gone from the end of the chain: \
                a power cut may have taken \(isOne ? "it" : "them")
                """
            )
        case .replaced: ("replaced", "\(whole) \(be) not the one that \(seen) saw: the chain was signed anew")
        case .wentBack:
            ("went_back", "the chain of \(name) ended at \(place) when \(seen) saw it, and had been longer before")
        case .afterRemoval:
            (
                "after_removal",
                """
                \(whole) \(have) been written after \(name) was removed, or lay behind a gap then, and \
                \(isOne ? "counts" : "count") for nothing
                """
            )
        case .stranger: ("stranger", "\(whole): the vault knows nobody of this key")
        case .misindexed: ("misindexed", "\(whole): the hash stored beside is not the event's")
        case .unindexed:
            (
                "unindexed",
                """
                \(whole): a fingerprint that \(isOne ? "it kept" : "they kept") is gone from the table, or no longer marked as \
                spent
                """
            )
        case .unvouched:
            ("unvouched", "\(whole): no event of an issuer or owner says that \(isOne ? "it" : "they") came home")
        case .beyondRole:
            (
                "beyond_role",
                """
                \(whole) \(isOne ? "says" : "say") that something was written where \(name) may only read: made with its keys, not \
                by this program, and believed by nobody
                """
            )
        }
    }
}

extension VerifyFinding {
    /// What a check of the whole vault says of a place in a chain.
    init(_ finding: ChainFinding) {
        let remedy: String
        switch finding.kind {
        case .afterRemoval: remedy = "find out who still uses this identity"
        case .stranger: remedy = "find out who can write the vault's file"
        case .beyondRole:
            remedy = "somebody who holds this identity tried to forge: remove it with coffer identity remove"
        case .misindexed: remedy = "an owner puts it right with: coffer rekey"
        default: remedy = "keep a copy of the vault as it is, then restore a backup"
        }
        // A stranger, or somebody who departed, may sign what he likes: it counts for nothing. So does what a member signs
        // beyond its role, but then somebody must act.
        let isDamage =
            finding.kind == .beyondRole ? finding.isMembers : finding.counts && finding.kind != .lostWithPower
        self.init(
            isDamage ? .damaged : .warning, "chain of \(finding.name), after event \(max(finding.first, 1) - 1)",
            finding.words.sentence, remedy: remedy, leavesDataSound: finding.kind == .beyondRole)
    }
}
