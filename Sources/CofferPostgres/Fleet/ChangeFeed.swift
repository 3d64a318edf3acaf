// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

import CofferVault
import Synchronization

/// The change counter of a vault in a database: what this process commits at once, what others do within ``Bounds/news``.
///
/// The connection over which others are heard is made once somebody asks again and again: a command that hands out one value needs
/// none. Until then nothing is served from memory.
final class ChangeFeed: ChangeCounter {
    /// What is known.
    let record = ChangeRecord()
    private let watch: ServerWatch
    private let asks = Atomic(0)
    private let isStarted = Atomic(false)

    /// Hears nothing yet.
    ///
    /// - Parameters:
    ///   - address: The server.
    ///   - isReadOnly: Whether a standby will do.
    init(_ address: ServerAddress, isReadOnly: Bool) {
        watch = ServerWatch(address, record, isReadOnly: isReadOnly)
    }

    deinit { watch.stop() }

    func value() -> UInt64 {
        if isStarted.load(ordering: .relaxed) { return record.value() }
        if asks.wrappingAdd(1, ordering: .relaxed).newValue >= Bounds.asksBeforeWatch { start() }
        return .max
    }

    /// Only who goes on for long looks for wishes.
    func wishes() -> UInt64 {
        if !isStarted.load(ordering: .relaxed) { start() }
        return record.wishes()
    }

    private func start() {
        if !isStarted.exchange(true, ordering: .relaxed) { watch.start() }
    }
}
