// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

import Synchronization

/// Says whether a pace is shared with others on the vault: at first, and when that has changed.
final class PaceSharing: Sendable {
    private let say: @Sendable (String?) -> Void
    private let isShared = Mutex<Bool?>(nil)

    /// - Parameter say: Told why nothing is shared, or nil that it is.
    init(_ say: @escaping @Sendable (String?) -> Void) { self.say = say }

    /// Hears that it is shared, or why it is not.
    func tell(_ reason: String?) {
        let isNews = isShared.withLock { known in
            defer { known = reason == nil }
            return known != (reason == nil)
        }
        guard isNews else { return }
        guard let reason else { return say(nil) }
        say("rate limits are kept for this process alone, not with others on the vault: \(reason)")
    }
}
