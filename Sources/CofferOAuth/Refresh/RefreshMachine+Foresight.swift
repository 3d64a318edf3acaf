// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

#if canImport(FoundationEssentials)
package import FoundationEssentials
#else
package import Foundation
#endif

extension RefreshMachine {
    /// What can be told without the lock: that the grant serves already, or that nothing may be sent.
    ///
    /// - Returns: `finish`, `fail`, or nothing when the lock is needed to know.
    package func foresee(_ snapshot: GrantSnapshot, at now: Date) -> Action? {
        if serves(snapshot, at: now) {
            return .finish(RefreshedGrant(snapshot: snapshot, isRenewed: false, note: nil))
        }
        return obstacle(snapshot, at: now).map(Action.fail)
    }

    /// Whether a token request would be sent for a grant as it is now.
    func wouldSend(_ snapshot: GrantSnapshot, at now: Date) -> Bool {
        var copy = self
        switch copy.handle(.read(snapshot), at: now, random: 0) {
        case .inquire, .record, .send: return true
        default: return false
        }
    }
}
