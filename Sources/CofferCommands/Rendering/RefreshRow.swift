// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

import CofferCredentials
import CofferKeeper

#if canImport(FoundationEssentials)
import FoundationEssentials
#else
import Foundation
#endif

/// How the refresh of one connection ended, as `coffer refresh` shows it.
struct RefreshRow: ListedItem {
    /// What went wrong, as an error's object has it.
    struct Failure: Encodable {
        /// The code.
        let code: String
        /// The sentence.
        let message: String
    }

    /// The connection.
    let path: String
    /// `refreshed`, `unneeded` or `failed`.
    let outcome: String
    /// When the token expires now.
    let expiresAt: Date?
    /// When it refreshes next.
    let refreshAt: Date?
    /// How many readers had wished for it; absent if none had.
    let wishes: Int?
    /// What went wrong.
    let error: Failure?

    /// Takes a line of the keeper's.
    init(_ line: RefreshLine) {
        path = line.path.description
        outcome = line.outcome.rawValue
        expiresAt = line.expiresAt
        refreshAt = line.refreshAt
        wishes = line.wishCount > 0 ? line.wishCount : nil
        error = line.failure.map(CommandError.init).map { Failure(code: $0.code, message: $0.message) }
    }

    static var listName: String { "connections" }

    static var columns: [TextTable.Column] {
        [.init("CONNECTION"), .init("OUTCOME"), .init("EXPIRES"), .init("REFRESHES"), .init("NOTE")]
    }

    static var emptyMessage: String { "nothing is due" }

    func cells(now: Date) -> [String] {
        [
            path, outcome, expiresAt.map { RelativeTime.text($0, now: now) } ?? "-",
            refreshAt.map { RelativeTime.text($0, now: now) } ?? "-", note,
        ]
    }

    private var note: String {
        let wished = wishes.map { $0 == 1 ? "a reader wished for it" : "\($0) readers wished for it" }
        return [error?.message, wished].compactMap(\.self).joined(separator: "; ")
    }

    var colours: [Int: TextColour] { outcome == "failed" ? [1: .red] : outcome == "refreshed" ? [1: .green] : [:] }

    var quietLine: String { path }
}
