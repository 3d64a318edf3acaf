// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

import CofferKeeper

#if canImport(FoundationEssentials)
import FoundationEssentials
#else
import Foundation
#endif

extension ExposureRow: ListedItem {
    static var listName: String { "exposure" }

    static var columns: [TextTable.Column] {
        [
            .init("PATH"), .init("KIND"), .init("IDENTITY"), .init("ROLE"), .init("FIELDS"), .init("READS", .right),
            .init("LAST READ"), .init("MUST"),
        ]
    }

    static var emptyMessage: String { "nothing was exposed" }

    func cells(now: Date) -> [String] {
        [
            path, isPresent ? kind : "\(kind), removed", identity, role ?? "-", fields.joined(separator: " "),
            "\(reads)", lastReadAt.map { RelativeTime.text($0, now: now) } ?? "never", advice,
        ]
    }

    private var advice: String {
        switch must {
        case .rotate: "rotate --leak"
        case .reissue: "refresh --force"
        case .withApp: "goes with its app"
        case .replace: "new value, put"
        case .withdraw: "withdraw at its source"
        case .nothing: "replaced since"
        }
    }

    var colours: [Int: TextColour] {
        switch must {
        case .nothing: [7: .green]
        case .withApp: [:]
        default: [7: reads > 0 ? .red : .yellow]
        }
    }

    var quietLine: String { path }
}
