// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

import CofferCredentials
import NIOCore
import ServiceLifecycle
import Synchronization

/// The connections that are open now, and what ends them.
final class AgentConnections: Service {
    private struct State {
        var ledger: ConnectionLedger<ObjectIdentifier>
        var channels: [ObjectIdentifier: any Channel] = [:]
        var isClosing = false
    }

    /// How often is looked who has taken too long.
    private static let interval = Duration.seconds(1)

    private let state: Mutex<State>
    private let clock: any Clock<Duration>
    private let elapsed: @Sendable () -> Duration

    /// Begins with none.
    init(bounds: ConnectionLedger<ObjectIdentifier>.Bounds = .init(), clock: any Clock<Duration> = ContinuousClock()) {
        state = Mutex(State(ledger: ConnectionLedger(bounds)))
        self.clock = clock
        elapsed = clock.stopwatch()
    }

    /// Looks who has taken too long, until the agent ends.
    func run() async throws {
        try? await cancelWhenGracefulShutdown { [self] in
            while true {
                try await clock.sleep(for: Self.interval)
                let late = state.withLock { state in
                    state.ledger.overdue(at: elapsed()).compactMap { state.channels[$0] }
                }
                for channel in late { channel.close(promise: nil) }
            }
        }
    }

    /// Somebody connects.
    ///
    /// - Returns: whether he is let in; whoever makes room for him is being closed.
    func opened(_ channel: any Channel) -> Bool {
        let (isAdmitted, displaced) = state.withLock { state -> (Bool, (any Channel)?) in
            guard !state.isClosing else { return (false, nil) }
            let id = ObjectIdentifier(channel)
            switch state.ledger.opened(id, at: elapsed()) {
            case .admitted:
                state.channels[id] = channel
                return (true, nil)
            case .inPlaceOf(let other):
                state.channels[id] = channel
                return (true, state.channels.removeValue(forKey: other))
            case .refused: return (false, nil)
            }
        }
        displaced?.close(promise: nil)
        return isAdmitted
    }

    /// A request has come.
    func began(_ channel: any Channel) {
        state.withLock { $0.ledger.began(ObjectIdentifier(channel), at: elapsed()) }
    }

    /// A request is answered; what the client does not take of the answer in its idle time is lost to it.
    func ended(_ channel: any Channel) {
        state.withLock { $0.ledger.ended(ObjectIdentifier(channel), at: elapsed()) }
    }

    /// Somebody has gone.
    func closed(_ channel: any Channel) {
        state.withLock { state in
            state.ledger.closed(ObjectIdentifier(channel))
            state.channels[ObjectIdentifier(channel)] = nil
        }
    }

    /// Closes all connections, and from now on every new one.
    func closeAll() {
        let channels = state.withLock { state in
            state.isClosing = true
            return Array(state.channels.values)
        }
        for channel in channels { channel.close(promise: nil) }
    }
}
