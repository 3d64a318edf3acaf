// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

import NIOCore
import Synchronization

/// The connections that wait for their next request: they end first when the proxy does.
final class WaitingConnections: Sendable {
    private struct State {
        var channels: [ObjectIdentifier: any Channel] = [:]
        var isEnding = false
    }

    private let state = Mutex(State())

    /// Whether the proxy is ending, so that a connection ends with its answer.
    var isEnding: Bool { state.withLock { $0.isEnding } }

    /// A connection waits.
    ///
    /// - Returns: whether it may; if not, it is to end.
    func begin(_ channel: any Channel) -> Bool {
        state.withLock { state in
            if !state.isEnding { state.channels[ObjectIdentifier(channel)] = channel }
            return !state.isEnding
        }
    }

    /// A request has come on it, or it is closed.
    func end(_ channel: any Channel) { state.withLock { $0.channels[ObjectIdentifier(channel)] = nil } }

    /// Closes those that wait, and lets none wait any more.
    func closeAll() {
        let channels = state.withLock { state in
            state.isEnding = true
            return Array(state.channels.values)
        }
        for channel in channels { channel.close(promise: nil) }
    }
}
