// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

import Synchronization

/// The blocks that this process has heard of and that are not one account's own.
///
/// Who goes on asking stays blocked for longer, and a person has to undo it for each connection that was told so. When such
/// a block is over nobody says, nor whether really all are meant. So once some time has passed one connection tries, and the
/// others go by what it hears.
final class HeardBlocks: Sendable {
    /// Who is held back together: an app at its authorization server.
    ///
    /// A block of this address would be told to another app by the first request that it makes.
    struct Scope: Sendable, Hashable {
        private let provider: String
        private let client: String
        private let host: String

        /// The scope of a client's requests; where each account has a host of its own, all of them are one.
        init(_ registration: ClientRegistration) {
            provider = registration.provider.id
            client = registration.clientID
            host = registration.provider.tokenHost(of: nil)
        }
    }

    private struct Block {
        let pause: Duration
        var until: Duration
        /// Whether the time is that of one who tries.
        var isTried = false
    }

    /// For how long nobody tries at first: 10 min, as `CofferHTTP` leaves an account alone that is blocked.
    private static let firstPause = CoolDown.longest

    /// No pause is longer, each being twice the one before: 1 h.
    private static let longestPause = CoolDown.longestRetryAfter

    /// How long the others wait for one that tries: 45 s, longer than a token request.
    private static let trial = Duration.seconds(45)

    private let blocks = Mutex<[Scope: Block]>([:])

    /// How long nothing is to be sent; nil where nothing stands in the way.
    func rest(of scope: Scope, at now: Duration) -> Duration? {
        blocks.withLock { blocks in Self.left(of: blocks[scope], at: now) }
    }

    /// How long nothing is to be sent; once the time of a block has passed, whoever comes first is the one that tries.
    func enter(_ scope: Scope, at now: Duration) -> Duration? {
        blocks.withLock { blocks -> Duration? in
            if let rest = Self.left(of: blocks[scope], at: now) { return rest }
            blocks[scope]?.until = now + Self.trial
            blocks[scope]?.isTried = true
            return nil
        }
    }

    /// Hears of a block.
    func begin(_ scope: Scope, retryAfter: Duration?, at now: Duration) {
        let asked = retryAfter.flatMap { $0 > .zero ? min($0, Self.longestPause) : nil }
        blocks.withLock { blocks in
            guard let present = blocks[scope] else {
                blocks[scope] = Block(pause: Self.firstPause, until: now + (asked ?? Self.firstPause))
                return
            }
            // Requests that were under way together heard of one block.
            guard present.isTried || present.until <= now else {
                blocks[scope]?.until = max(present.until, now + (asked ?? .zero))
                return
            }
            let pause = min(present.pause * 2, Self.longestPause)
            blocks[scope] = Block(pause: pause, until: now + (asked ?? pause))
        }
    }

    /// Hears that somebody was not blocked.
    func end(_ scope: Scope) {
        blocks.withLock { blocks in blocks[scope] = nil }
    }

    private static func left(of block: Block?, at now: Duration) -> Duration? {
        guard let block, block.until > now else { return nil }
        return block.until - now
    }
}
