// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

import CPlatform
package import CofferDrivers
package import CofferOAuth
package import CofferRotation
import CofferVault
package import Foundation

/// The outside world, as values that can be replaced.
package struct KeeperEffects: Sendable {
    /// The wall clock: expiry and events.
    package var now: @Sendable () -> Date {
        didSet { seconds = { [now] in now().millisecondsSince1970 / 1000 } }
    }
    /// The same clock in whole seconds since 1970, where a second or two don't matter and each hand-out asks.
    private(set) var seconds: @Sendable () -> Int64
    /// What waiting is measured with.
    package var clock: any Clock<Duration>
    /// A number in 0 ..< 1 for jitter; nothing secret depends on it.
    package var random: @Sendable () -> Double
    /// The network.
    package var transport: any HTTPTransport
    /// Where notices go.
    package var log: KeeperLog
    /// The programs of this machine that replace a `client_secret`; none unless they are set.
    package var programs = ProgramSettings.none
    /// What stands in for the program of every app; for drills, which run none of an operator's.
    package var standIn: (any SecretProgram)?
    /// Who is told of rotations from this machine; nobody unless they are set.
    package var hooks = HookSettings.none
    /// Hears of rotations in this process, as those outside do: in order, and what was told by an earlier run once more.
    package var onNotice: (@Sendable (RotationNotice) -> Void)?

    /// What operators measure, trace and read.
    var events: KeeperEvents { KeeperEvents(log: log, now: now, clock: clock) }

    /// Joins effects; what is left out is the real world.
    package init(
        transport: any HTTPTransport, now: (@Sendable () -> Date)? = nil,
        clock: any Clock<Duration> = ContinuousClock(),
        random: @escaping @Sendable () -> Double = { Double.random(in: 0..<1) }, log: KeeperLog = .silent
    ) {
        if let now {
            self.now = now
            seconds = { now().millisecondsSince1970 / 1000 }
        } else {
            self.now = { Date() }
            seconds = { coffer_wall_seconds() }
        }
        self.clock = clock
        self.random = random
        self.transport = transport
        self.log = log
    }

    var refresh: RefreshEffects { RefreshEffects(clock: clock, now: now, random: random, observer: events) }
}
