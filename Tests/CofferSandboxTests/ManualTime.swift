// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

import CofferSandbox
import Foundation
import Synchronization

/// A clock that moves only when told.
final class ManualTime: Sendable {
    private let instant = Mutex(Date(timeIntervalSince1970: 1_800_000_000))

    /// The present.
    var now: Date { instant.withLock { $0 } }

    /// Moves on by seconds.
    func advance(by seconds: TimeInterval) {
        instant.withLock { $0 += seconds }
    }

    /// A configuration that lives by this clock, without a rate limit unless one is given.
    func configuration(limits: LimitSettings = .unlimited) -> SandboxConfiguration {
        var configuration = SandboxConfiguration()
        configuration.now = { self.now }
        configuration.limits = limits
        return configuration
    }
}
