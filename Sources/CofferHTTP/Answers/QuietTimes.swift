// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

import CofferCredentials
import Synchronization

/// Accounts that are left alone for a while, by all tasks of this client: after "too fast", and after a block.
final class QuietTimes: Sendable {
    private struct Quiet {
        var until: Duration
        var block: APIError?
    }

    /// More accounts than one program has trouble with at once; the one that is over first goes first.
    private static let capacity = 4096

    private let elapsed: @Sendable () -> Duration
    private let quiet = Mutex<[CredentialPath: Quiet]>([:])

    /// Nobody is left alone yet; of a wall clock that somebody sets nothing follows.
    init(clock: any Clock<Duration>) { elapsed = Self.stopwatch(clock) }

    private static func stopwatch(_ clock: some Clock<Duration>) -> @Sendable () -> Duration {
        let start = clock.now
        return { start.duration(to: clock.now) }
    }

    /// Leaves an account alone; a block tells everybody why, anything else lets them wait.
    func begin(_ path: CredentialPath, for duration: Duration, block: APIError? = nil) {
        let until = elapsed() + duration
        quiet.withLock { quiet in
            if let present = quiet[path], present.until >= until, block == nil { return }
            if quiet.count >= Self.capacity, quiet[path] == nil,
                let first = quiet.min(by: { $0.value.until < $1.value.until })
            {
                quiet[first.key] = nil
            }
            quiet[path] = Quiet(until: until, block: block)
        }
    }

    /// Ends an account's quiet.
    func end(_ path: CredentialPath) { quiet.withLock { $0[path] = nil } }

    /// How long an account is left alone from now on.
    ///
    /// - Throws: the ``APIError`` of a block, with the time that is left of it.
    func remaining(_ path: CredentialPath) throws(APIError) -> Duration {
        let now = elapsed()
        let present = quiet.withLock { quiet -> Quiet? in
            if let present = quiet[path], present.until <= now { quiet[path] = nil }
            return quiet[path]
        }
        guard let present else { return .zero }
        let left = present.until - now
        guard let block = present.block else { return left }
        throw APIError(block.code, block.message, path: path, status: block.status, retryAfter: left)
    }
}
