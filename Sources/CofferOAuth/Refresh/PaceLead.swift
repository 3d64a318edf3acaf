// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

import Synchronization

/// How long before its place a request is got ready: longer than that has taken lately, for each provider.
///
/// Whoever is late uses up two places. How long the commit, the name's resolution and the connection take depends on
/// how far away the server is and on how busy the machine is.
final class PaceLead: Sendable {
    /// 100 ms: more than a commit and a handshake on the same machine take, less than matters if nothing is sent then.
    static let shortest = Duration.milliseconds(100)

    /// 1 s, which whoever wants the lock meanwhile does not notice.
    static let longest = Duration.seconds(1)

    /// How slowly a long time is forgotten: by a thirty-second of the difference with each request.
    private static let memory = 32

    private let needed = Mutex<[String: Duration]>([:])

    /// How long to allow for.
    func time(for providerID: String) -> Duration {
        let lately = needed.withLock { $0[providerID] ?? .zero }
        return min(max(lately * 3 / 2, Self.shortest), Self.longest)
    }

    /// Hears how long a request took to be ready.
    func took(_ duration: Duration, _ providerID: String) {
        let duration = min(duration, Self.longest)
        needed.withLock { needed in
            let known = needed[providerID] ?? .zero
            needed[providerID] = duration > known ? duration : known - (known - duration) / Self.memory
        }
    }
}
