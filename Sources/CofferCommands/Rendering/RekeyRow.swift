// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

import CofferVault

#if canImport(FoundationEssentials)
import FoundationEssentials
#else
import Foundation
#endif

/// What became of one space, as `coffer rekey` shows it.
struct RekeyRow: ListedItem {
    /// What could not be sealed again.
    struct Damage: Encodable {
        /// Where.
        let place: String
        /// What is wrong.
        let what: String
    }

    /// The space.
    let space: String
    /// The generation of keys that is written with now.
    let generation: UInt32
    /// Entries sealed again.
    let entries: Int
    /// Events of rotations' journals sealed again.
    let journalEvents: Int
    /// Spilled answers sealed again.
    let spilledAnswers: Int
    /// Generations that were retired.
    let retired: [UInt32]
    /// Why the old keys were kept: `damaged`, `refreshing`, `spilled`, `unsearched`, `logged`, `changing` or `not_held`.
    let kept: String?
    /// What could not be sealed again.
    let damaged: [Damage]

    /// Takes what the vault says of a space.
    init(_ space: RekeyReport.Space) {
        self.space = space.name
        generation = space.generation
        entries = space.entryCount
        journalEvents = space.journalCount
        spilledAnswers = space.spillCount
        retired = space.dropped
        kept = space.kept?.rawValue
        damaged = space.damaged.map { Damage(place: $0.place, what: $0.what) }
    }

    static var listName: String { "spaces" }

    static var columns: [TextTable.Column] { [.init("SPACE"), .init("KEYS"), .init("ENTRIES"), .init("OLD KEYS")] }

    static var emptyMessage: String { "there is no space to re-key" }

    func cells(now: Date) -> [String] {
        [space, "\(generation)", "\(entries)", kept.map { "kept: \($0.replacing("_", with: " "))" } ?? "retired"]
    }

    var colours: [Int: TextColour] { kept == nil ? [3: .green] : [3: .red] }

    var quietLine: String { space }

    /// Says what keeps the old keys, and what to do.
    func explain(to diagnostics: Diagnostics) {
        for damage in damaged { diagnostics.warn("\(damage.place) was left as it is: \(damage.what)") }
        switch kept {
        case "damaged":
            diagnostics.hint("see: coffer verify; restore or remove what is damaged, then run: coffer rekey \(space)")
        case "refreshing":
            diagnostics.hint("a refresh that began before is still under way; run again: coffer rekey \(space)")
        case "spilled":
            diagnostics.hint("an answer waits in the spill folder; run: coffer refresh, then: coffer rekey \(space)")
        case "unsearched":
            diagnostics.hint(
                "a folder in which an answer may wait can't be looked into; see: coffer doctor, then run: coffer rekey \(space)"
            )
        case "logged":
            diagnostics.hint(
                "the file's log still holds what the old keys sealed, as somebody reads all the time; run again: coffer rekey \(space)"
            )
        case "changing":
            diagnostics.hint("others began new keys again and again; run again: coffer rekey \(space)")
        case "not_held":
            diagnostics.warn("space \(space) has older keys, and this identity does not hold it")
            diagnostics.hint("an owner who holds it must run: coffer rekey \(space)")
        default: break
        }
    }
}
