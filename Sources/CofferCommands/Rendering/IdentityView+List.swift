// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

import CofferKeeper

#if canImport(FoundationEssentials)
import FoundationEssentials
#else
import Foundation
#endif

extension IdentityView: ListedItem {
    static var listName: String { "identities" }

    static var columns: [TextTable.Column] {
        [.init("IDENTITY"), .init("ROLES"), .init("FINGERPRINT"), .init("SINCE"), .init("NOTE")]
    }

    static var emptyMessage: String { "there are no identities" }

    func cells(now: Date) -> [String] {
        [
            name, roleText, fingerprint, since.map { RelativeTime.text($0, now: now) } ?? "-",
            until.map { "removed \(RelativeTime.text($0, now: now))" }
                ?? [isOwn ? "you" : nil, isKeptInVault ? "kept in the vault under a passphrase" : nil]
                .compactMap(\.self).joined(separator: "; "),
        ]
    }

    var colours: [Int: TextColour] { until == nil ? [:] : [4: .yellow] }

    var quietLine: String { name }

    /// `reader in main, issuer in ci`.
    private var roleText: String {
        roles.isEmpty ? "-" : roles.map { "\($0.role) in \($0.space)" }.joined(separator: ", ")
    }

    /// The facts of one identity.
    func facts(now: Date) -> FactSheet {
        FactSheet(
            [
                ("identity", isOwn ? "\(name) (you)" : name), ("fingerprint", fingerprint),
                ("owner", isOwner ? (until == nil ? "decides who belongs to the vault" : "decided who belonged") : nil),
                ("kept", isKeptInVault ? "in the vault, under a passphrase" : nil),
                ("added", since.map { RelativeTime.text($0, now: now) }),
                ("removed", until.map { RelativeTime.text($0, now: now) }),
            ]
                + roles.enumerated().map { index, role in
                    let since = role.since.map { ", since \(JSONText.rfc3339($0))" } ?? ""
                    let until = role.until.map { ", until \(JSONText.rfc3339($0))" } ?? ""
                    return (index == 0 ? "spaces" : "", "\(role.space): \(role.role)\(since)\(until)")
                })
    }
}
