// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

import CofferCredentials
import Foundation
import Synchronization

/// The operating time that answers have reported, by account and method.
///
/// The vendor's pages differ on whether apps share it; what one account's answers say is what counts here.
final class OperatingLedger: Sendable {
    /// An account and a method of its API.
    struct Key: Hashable, Sendable {
        let path: CredentialPath
        let method: String
    }

    /// Where an answer does not say when the time comes back: ten baskets of a minute (`limits.md`).
    static let window = Duration.seconds(600)

    /// More methods than a program calls; what is over goes first.
    private static let capacity = 4096

    private let times = Mutex<[Key: OperatingTime]>([:])

    func time(_ key: Key) -> OperatingTime? { times.withLock { $0[key] } }

    /// Keeps what an answer said.
    func note(_ time: OperatingTime, for key: Key) {
        times.withLock { times in
            if times.count >= Self.capacity, times[key] == nil,
                let oldest = times.min(by: { $0.value.resetsAt < $1.value.resetsAt })
            {
                times[oldest.key] = nil
            }
            times[key] = time
        }
    }

    /// Notes that a method was refused; when it may be called again is what its last good answer said.
    func exhaust(_ key: Key, limit: Duration, stated: OperatingTime?, at now: Date) {
        let known = stated ?? time(key)
        let stated = known.map(\.resetsAt).flatMap { $0 > now ? $0 : nil }
        note(
            OperatingTime(
                used: max(limit, known?.used ?? limit),
                resetsAt: stated ?? now.addingTimeInterval(Self.window / .seconds(1))),
            for: key)
    }

    /// How long a method is left alone; zero where it may be called.
    func wait(_ key: Key, limit: Duration, at now: Date) -> Duration {
        guard let time = time(key), time.used >= limit, time.resetsAt > now else { return .zero }
        // No reset is further away than the window, whatever an answer said.
        return min(.seconds(time.resetsAt.timeIntervalSince(now).rounded(.up)), Self.window)
    }
}
