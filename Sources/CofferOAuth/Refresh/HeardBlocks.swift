// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

import Synchronization

/// The blocks that this process has heard of and that are not one account's own.
///
/// Who goes on asking stays blocked for longer, and a person has to undo it for each connection that was told so. When such
/// a block is over nobody says, nor whether really all are meant: amoCRM's page looks the same for one account as for everybody.
/// So once some time has passed one connection tries, and the others go by what it hears. If it is answered, those that were
/// told of the block are blocked themselves, and what they are told next holds up nobody else.
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
        var pause: Duration
        var until: Duration
        /// Whether the time is that of one who tries.
        var isTried = false
        /// Which accounts were told of it.
        var told: Set<String> = []
    }

    /// What is known of one scope.
    private struct Heard {
        var block: Block?
        /// Accounts that were told of a block of which others heard nothing.
        var alone: Set<String> = []
    }

    /// For how long nobody tries at first: 30 s, as after any failure.
    ///
    /// An operator with two hundred accounts, of which one is blocked, waits for no longer; if all are it costs one more
    /// connection.
    private static let firstPause = Duration.seconds(30)

    /// For how long once two were told: 10 min, as `CofferHTTP` leaves an account alone that is blocked.
    private static let secondPause = CoolDown.longest

    /// No pause is longer, each being twice the one before: 1 h.
    private static let longestPause = CoolDown.longestRetryAfter

    /// How long the others wait for one that tries: 45 s, longer than a token request.
    private static let trial = Duration.seconds(45)

    private let heard = Mutex<[Scope: Heard]>([:])

    /// How long nothing is to be sent; nil where nothing stands in the way.
    func rest(of scope: Scope, at now: Duration) -> Duration? {
        heard.withLock { heard in Self.left(of: heard[scope]?.block, at: now) }
    }

    /// How long nothing is to be sent; once the time of a block has passed, whoever comes first is the one that tries.
    func enter(_ scope: Scope, at now: Duration) -> Duration? {
        heard.withLock { heard -> Duration? in
            if let rest = Self.left(of: heard[scope]?.block, at: now) { return rest }
            heard[scope]?.block?.until = now + Self.trial
            heard[scope]?.block?.isTried = true
            return nil
        }
    }

    /// Hears of a block.
    ///
    /// - Parameters:
    ///   - scope: whose.
    ///   - account: who was told; nil where it is no account yet.
    ///   - retryAfter: how long the server wants to be left alone, if it says so.
    ///   - now: monotonic time since any fixed moment.
    func begin(_ scope: Scope, by account: String?, retryAfter: Duration?, at now: Duration) {
        let asked = retryAfter.flatMap { $0 > .zero ? min($0, Self.longestPause) : nil }
        heard.withLock { heard in
            var one = heard[scope] ?? Heard()
            // Of others it says nothing that the same account is told so again.
            if let account, one.alone.contains(account) || one.block?.told.contains(account) == true { return }
            var block: Block
            if let present = one.block {
                block = present
                if block.isTried || block.until <= now {
                    block.pause = min(max(block.pause * 2, Self.secondPause), Self.longestPause)
                    block.until = now + (asked ?? block.pause)
                    block.isTried = false
                } else {
                    // Requests that were under way together heard of one block.
                    block.until = max(block.until, now + (asked ?? .zero))
                }
            } else {
                block = Block(pause: Self.firstPause, until: now + (asked ?? Self.firstPause))
            }
            if let account { block.told.insert(account) }
            one.block = block
            heard[scope] = one
        }
    }

    /// Hears that an account was not blocked.
    func end(_ scope: Scope, by account: String?) {
        heard.withLock { heard in
            guard var one = heard[scope] else { return }
            one.alone.formUnion(one.block?.told ?? [])
            if let account { one.alone.remove(account) }
            one.block = nil
            heard[scope] = one.alone.isEmpty ? nil : one
        }
    }

    private static func left(of block: Block?, at now: Duration) -> Duration? {
        guard let block, block.until > now else { return nil }
        return block.until - now
    }
}
