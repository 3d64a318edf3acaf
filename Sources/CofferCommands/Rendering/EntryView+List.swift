// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

import CofferKeeper

#if canImport(FoundationEssentials)
import FoundationEssentials
#else
import Foundation
#endif

extension EntryView: ListedItem {
    static var listName: String { "entries" }

    static var columns: [TextTable.Column] { [.init("PATH"), .init("KIND"), .init("VERSION", .right)] }

    static var emptyMessage: String { "there are no entries here; store a secret with: coffer put main/NAME" }

    func cells(now: Date) -> [String] { [path, kind, "\(version)"] }

    var quietLine: String { path }
}
