// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

import Synchronization

/// How long before its place a request is got ready: longer than that has taken lately, for each provider.
///
/// Whoever is late uses up two places. How long the commit, the name's resolution and the connection take depends on
/// how far away the server is and on how busy the machine is. Where that is long, it is allowed for once it has been so twice:
/// otherwise each request would use up two places for ever.
final class PaceLead: Sendable {
    /// 100 ms: more than a commit and a handshake on the same machine take, less than matters if nothing is sent then.
    static let shortest = Duration.milliseconds(100)

    /// 1 s, which whoever wants the lock meanwhile does not notice.
    static let longest = Duration.seconds(1)

    /// 5 s, as long as a connection may take (`contracts.md`): only as much longer than ``longest`` as it did take twice running.
    static let farthest = Duration.seconds(5)

    private struct Needed {
        /// The longest of late, never more than ``PaceLead/longest``.
        var most = Duration.zero
        var last = Duration.zero
        /// The shorter of the last two.
        var lasting = Duration.zero
    }

    /// How slowly a long time is forgotten: by a thirty-second of the difference with each request.
    private static let memory = 32

    private let needed = Mutex<[String: Needed]>([:])

    /// How long to allow for.
    func time(for providerID: String) -> Duration {
        let known = needed.withLock { $0[providerID] ?? Needed() }
        let usual = min(max(known.most * 3 / 2, Self.shortest), Self.longest)
        // Of what takes so long the machine's own part is small.
        return max(usual, min(known.lasting * 5 / 4, Self.farthest))
    }

    /// Hears how long a request took to be ready.
    func took(_ duration: Duration, _ providerID: String) {
        let capped = min(duration, Self.longest)
        needed.withLock { needed in
            var known = needed[providerID] ?? Needed()
            known.most = capped > known.most ? capped : known.most - (known.most - capped) / Self.memory
            (known.last, known.lasting) = (duration, min(known.last, duration))
            needed[providerID] = known
        }
    }
}
