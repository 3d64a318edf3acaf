// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

import CofferKeeper

#if canImport(FoundationEssentials)
import FoundationEssentials
#else
import Foundation
#endif

extension SpaceSummary: ListedItem {
    static var listName: String { "spaces" }

    static var columns: [TextTable.Column] {
        [
            .init("SPACE"), .init("YOUR ROLE"), .init("MEMBERS", .right), .init("ENTRIES", .right), .init("ADDED"),
            .init("NOTE"),
        ]
    }

    static var emptyMessage: String { "there are no spaces" }

    func cells(now: Date) -> [String] {
        [
            space, role ?? "-", "\(members.count)", entries.map { "\($0.total)" } ?? "-",
            since.map { RelativeTime.text($0, now: now) } ?? "-",
            generations.count > 1 ? "not all under the newest keys; see: coffer rekey" : "",
        ]
    }

    var quietLine: String { space }

    /// The facts of one space.
    func facts(now: Date) -> FactSheet {
        FactSheet(
            [
                ("space", space), ("your role", role ?? "none: this identity can't open it"),
                ("entries", entries?.phrase), ("added", since.map { RelativeTime.text($0, now: now) }),
                ("keys", "generation \(generations.map(String.init).joined(separator: " and "))"),
            ] + members.enumerated().map { ($0 == 0 ? "members" : "", "\($1.name): \($1.role)") })
    }
}

extension EntryCount {
    /// `1 app, 2 connections, 3 secrets`; `nothing`.
    var phrase: String {
        let parts = [(apps, "app"), (connections, "connection"), (secrets, "secret")].filter { $0.0 > 0 }
            .map { "\($0) \($1)\($0 == 1 ? "" : "s")" }
        let others = unknown.map { ["\($0) that need\($0 == 1 ? "s" : "") a newer Coffer"] } ?? []
        return parts.isEmpty && others.isEmpty ? "nothing" : (parts + others).joined(separator: ", ")
    }
}
