// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

import CofferCredentials

#if canImport(FoundationEssentials)
package import FoundationEssentials
#else
package import Foundation
#endif

extension RotationReport {
    /// Where it replaces something, and since when what is read there is new; `distantFuture` where it is not yet.
    package var renewals: [String: Date] {
        if subject == .value { return [app.description: switchedAt ?? .distantFuture] }
        let found = (connections + unplanned).map { connection in
            (connection.path.description, connection.outcome == .reissued ? connection.handledAt : nil)
        }
        return Dictionary(found.map { ($0, $1 ?? .distantFuture) }, uniquingKeysWith: max)
    }

    /// Whether a path is one that it replaces something at: also a connection that was made while it was opened.
    package func concerns(_ path: String) -> Bool {
        if subject == .value { return path == app.description }
        let prefix = app.description + "/"
        return path.hasPrefix(prefix) && !path.dropFirst(prefix.count).contains("/")
    }

    /// What is to be done about bundles that are out there; nil where nothing is known to be.
    package var bundleAdvice: String? {
        guard case .known(let found)? = bundles, !found.isEmpty else { return nil }
        return mode == .leak
            ? "Nobody can call a bundle back: stop the job that has it, and delete it where it lies."
            : "Nothing leaked: they need nobody, and end at the time that is named."
    }
}
