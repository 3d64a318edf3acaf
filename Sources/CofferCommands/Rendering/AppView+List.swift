// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

import CofferKeeper
import CofferOAuth

#if canImport(FoundationEssentials)
import FoundationEssentials
#else
import Foundation
#endif

extension AppView: ListedItem {
    static var listName: String { "apps" }

    static var columns: [TextTable.Column] {
        [.init("APP"), .init("PROVIDER"), .init("CLIENT ID"), .init("ACCOUNTS", .right), .init("NOTE")]
    }

    static var emptyMessage: String { "there are no apps; add one with: coffer app add" }

    func cells(now: Date) -> [String] {
        [path, providerName, clientID, "\(connectionCount)", isFrozen ? "frozen by a rotation" : ""]
    }

    var quietLine: String { path }

    /// The facts of one app.
    var facts: FactSheet {
        FactSheet([
            ("app", path), ("provider", "\(providerName) (\(provider))"), ("client id", clientID),
            ("client auth", clientAuthentication), ("public key", publicKeys?.text),
            ("certificate", certificateThumbprint), ("redirect uri", redirectURI),
            ("token lifetime", longestLifetime), ("accounts", "\(connectionCount)"),
            (
                "description",
                descriptionDiffers == true ? "no longer the present one; see: coffer app update \(path)" : nil
            ),
            ("frozen", isFrozen ? "by a rotation; see: coffer rotate list" : nil),
        ])
    }

    private var longestLifetime: String? {
        maximumLifetimeSeconds.map { "at most \(DurationArgument(.seconds($0)).defaultValueDescription)" }
    }
}
