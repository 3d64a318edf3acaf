// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

import CofferKeeper
import CofferOAuth

#if canImport(FoundationEssentials)
import FoundationEssentials
#else
import Foundation
#endif

extension ConnectionView: ListedItem {
    static var listName: String { "connections" }

    static var columns: [TextTable.Column] {
        [
            .init("CONNECTION"), .init("PROVIDER"), .init("ACCOUNT"), .init("STATE"), .init("EXPIRES"),
            .init("REFRESHES"), .init("NOTE"),
        ]
    }

    static var emptyMessage: String { "there are no connections; make one with: coffer connect main/NAME/ACCOUNT" }

    func cells(now: Date) -> [String] {
        [
            path, provider, accountID ?? "-", state.replacing("_", with: " "),
            expiresAt.map { RelativeTime.text($0, now: now) } ?? "-",
            refreshAt.map { $0 <= now ? "due" : RelativeTime.text($0, now: now) } ?? "-",
            lastError.map(CommandError.clause) ?? ending(now: now) ?? "",
        ]
    }

    /// What is said of a grant that only a person can prolong, a month before it ends.
    private func ending(now: Date) -> String? {
        guard let grantEndsAt, grantEndsAt.timeIntervalSince(now) < 30 * 86_400 else { return nil }
        let when = grantEndsAt > now ? "ends \(RelativeTime.text(grantEndsAt, now: now))" : "has ended"
        return "the grant \(when); connect the account again"
    }

    /// Green where all is well, yellow where Coffer is at it, red where a person is needed.
    var colours: [Int: TextColour] {
        switch GrantState(rawValue: state) {
        case .active: [3: .green]
        case .refreshing, .indeterminate, .tainted: [3: .yellow]
        case .needsReauthorization, .blocked, .paymentRequired, .parked: [3: .red]
        case .retired, nil: [:]
        }
    }

    var quietLine: String { path }

    /// One line about a connection that was made: `main/amocrm/acme: active, account 42 at https://…, expires in 24 h`.
    func line(now: Date) -> String {
        let parts = [
            state.replacing("_", with: " "),
            accountID.map { "account \($0)\(accountURL.map { " at \($0)" } ?? "")" } ?? accountURL,
            expiresAt.map { "expires \(RelativeTime.text($0, now: now))" },
        ]
        return PrintableText.clean("\(path): \(parts.compactMap(\.self).joined(separator: ", "))")
    }
}
