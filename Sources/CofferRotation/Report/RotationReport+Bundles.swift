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
        let found = connections.map { connection in
            (connection.path.description, connection.outcome == .reissued ? connection.handledAt : nil)
        }
        return Dictionary(found.map { ($0, $1 ?? .distantFuture) }, uniquingKeysWith: max)
    }

    /// What is to be done about bundles that are out there; nil where nothing is known to be.
    package var bundleAdvice: String? {
        guard case .known(let found)? = bundles, !found.isEmpty else { return nil }
        return "Nobody can call a bundle back: stop the job that has it, and delete it where it lies."
    }
}
