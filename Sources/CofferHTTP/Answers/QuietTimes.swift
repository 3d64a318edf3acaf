// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

import CofferCredentials
import Synchronization

/// Accounts that are left alone for a while, by all tasks of this client: after "too fast" or "busy", and after a block.
final class QuietTimes: Sendable {
    /// How much longer an account is left alone, and why.
    struct Hold: Sendable, Equatable {
        let left: Duration
        let cause: Attempts.Cause
    }

    /// Answers to requests that were on their way together say different things: each holds for its own time.
    private struct Quiet {
        var said: (until: Duration, cause: Attempts.Cause)?
        var block: (until: Duration, error: APIError)?

        var until: Duration { max(said?.until ?? .zero, block?.until ?? .zero) }
    }

    /// More accounts than one program has trouble with at once; the one that is over first goes first.
    private static let capacity = 4096

    private let elapsed: @Sendable () -> Duration
    private let quiet = Mutex<[CredentialPath: Quiet]>([:])

    /// Nobody is left alone yet; of a wall clock that somebody sets nothing follows.
    init(clock: any Clock<Duration>) { elapsed = clock.stopwatch() }

    /// Leaves an account alone as its server said: everybody waits.
    func begin(_ path: CredentialPath, for duration: Duration, cause: Attempts.Cause) {
        let until = elapsed() + duration
        change(path) { quiet in
            if until > quiet.said?.until ?? .zero { quiet.said = (until, cause) }
        }
    }

    /// Leaves an account alone that is blocked: everybody is told why.
    func begin(_ path: CredentialPath, for duration: Duration, block: APIError) {
        let until = elapsed() + duration
        change(path) { quiet in
            if until > quiet.block?.until ?? .zero { quiet.block = (until, block) }
        }
    }

    private func change(_ path: CredentialPath, _ body: (inout Quiet) -> Void) {
        quiet.withLock { quiet in
            if quiet.count >= Self.capacity, quiet[path] == nil,
                let first = quiet.min(by: { $0.value.until < $1.value.until })
            {
                quiet[first.key] = nil
            }
            body(&quiet[path, default: Quiet()])
        }
    }

    /// Ends an account's block; what its server said otherwise goes on holding.
    func end(_ path: CredentialPath) { quiet.withLock { $0[path]?.block = nil } }

    /// What holds requests to an account back now; nil if nothing does.
    ///
    /// - Throws: the ``APIError`` of a block, with the time that is left of it.
    func hold(on path: CredentialPath) throws(APIError) -> Hold? {
        let now = elapsed()
        let present = quiet.withLock { quiet -> Quiet? in
            if let present = quiet[path], present.until <= now { quiet[path] = nil }
            return quiet[path]
        }
        if let block = present?.block, block.until > now {
            let error = block.error
            throw APIError(
                error.code, error.message, path: path, status: error.status, retryAfter: block.until - now)
        }
        guard let said = present?.said, said.until > now else { return nil }
        return Hold(left: said.until - now, cause: said.cause)
    }
}
