// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

import Synchronization

/// Holds up the first who comes until it is opened; everybody else goes through.
final class Turnstile: Sendable {
    private let isFirst = Mutex(true)
    private let room: AsyncStream<Void>
    private let opener: AsyncStream<Void>.Continuation

    init() { (room, opener) = AsyncStream<Void>.makeStream() }

    func pass() async {
        let waits = isFirst.withLock { isFirst in
            defer { isFirst = false }
            return isFirst
        }
        if waits { for await _ in room {} }
    }

    func open() { opener.finish() }
}
