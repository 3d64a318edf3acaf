// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

import CofferCredentials
import CofferKeeper

#if canImport(FoundationEssentials)
import FoundationEssentials
#else
import Foundation
#endif

extension Binding: ListedItem {
    static var listName: String { "bindings" }

    static var columns: [TextTable.Column] { [.init("TOOL"), .init("ASKS FOR"), .init("ANSWERED BY"), .init("AS")] }

    static var emptyMessage: String { "nothing is bound; see: coffer bind --help" }

    func cells(now: Date) -> [String] { [kind.rawValue, match, path.description, scheme ?? username ?? "-"] }

    var quietLine: String { "\(kind.rawValue) \(match) \(path)" }
}
