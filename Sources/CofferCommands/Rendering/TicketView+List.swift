// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

import CofferAgent

#if canImport(FoundationEssentials)
import FoundationEssentials
#else
import Foundation
#endif

extension TicketView: ListedItem {
    static var listName: String { "tickets" }

    static var columns: [TextTable.Column] { [.init("NAME"), .init("ENDS"), .init("FOR")] }

    static var emptyMessage: String { "there are no tickets" }

    func cells(now: Date) -> [String] {
        [name, RelativeTime.text(expiresAt, now: now), paths.joined(separator: " ")]
    }

    var quietLine: String { name }
}
