// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

import CofferKeeper

#if canImport(FoundationEssentials)
import FoundationEssentials
#else
import Foundation
#endif

extension AuditEventView: ListedItem {
    static var listName: String { "events" }

    static var columns: [TextTable.Column] {
        [
            .init("TIME"), .init("IDENTITY"), .init("EVENT", .right), .init("ACTION"), .init("PATHS"),
            .init("DETAILS"),
        ]
    }

    static var emptyMessage: String { "there are no such events" }

    func cells(now: Date) -> [String] {
        [
            at.map(JSONText.rfc3339) ?? "-", identity, "\(sequence)", action ?? "-",
            (paths ?? []).joined(separator: " "), remarks,
        ]
    }

    private var remarks: String {
        let named = (details ?? [:]).sorted { $0.key < $1.key }.map { "\($0.key) \($0.value)" }
        let state: String? =
            switch note {
            case "damaged": "not what was signed; see: coffer audit verify"
            case "not_a_member": "counts for nothing: not signed by a member"
            case "sealed": "sealed to others; \(writes) row\(writes == 1 ? "" : "s") written"
            default: nil
            }
        let origin = bundle.map { "from bundle \($0.prefix(8))" }
        let parts = [outcome == "refused" ? "refused" : nil, origin] + named + [reason, state]
        return parts.compactMap(\.self).joined(separator: "; ")
    }

    var colours: [Int: TextColour] { note == "damaged" || note == "not_a_member" ? [5: .red] : [:] }

    var quietLine: String { "\(identity)\(bundle.map { "@\($0)" } ?? "")#\(sequence)" }
}
