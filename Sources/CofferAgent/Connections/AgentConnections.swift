// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

import CofferCredentials
package import NIOCore
import ServiceLifecycle
import Synchronization

/// The connections that are open now, and what ends them.
package final class AgentConnections: Service {
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
    package init(
        bounds: ConnectionLedger<ObjectIdentifier>.Bounds = .init(), clock: any Clock<Duration> = ContinuousClock()
    ) {
        state = Mutex(State(ledger: ConnectionLedger(bounds)))
        self.clock = clock
        elapsed = clock.stopwatch()
    }

    /// How many are connected.
    var openCount: Int { state.withLock { $0.channels.count } }

    /// Looks who has taken too long, until the agent ends.
    package func run() async throws {
        try? await cancelWhenGracefulShutdown { [self] in
            while true {
                try await clock.sleep(for: Self.interval)
                let late = state.withLock { state in
                    state.ledger.overdue(at: elapsed()).compactMap { state.channels[$0] }
                }
                for channel in late { Self.cut(channel) }
            }
        }
    }

    /// Somebody connects.
    ///
    /// - Parameters:
    ///   - channel: His connection.
    ///   - isProven: Whether it is known who he is.
    /// - Returns: whether he is let in; whoever makes room for him is being closed.
    func opened(_ channel: any Channel, isProven: Bool) -> Bool {
        let (isAdmitted, displaced) = state.withLock { state -> (Bool, (any Channel)?) in
            guard !state.isClosing else { return (false, nil) }
            let id = ObjectIdentifier(channel)
            switch state.ledger.opened(id, isProven: isProven, at: elapsed()) {
            case .admitted:
                state.channels[id] = channel
                return (true, nil)
            case .inPlaceOf(let other):
                state.channels[id] = channel
                return (true, state.channels.removeValue(forKey: other))
            case .refused: return (false, nil)
            }
        }
        if let displaced { Self.cut(displaced) }
        return isAdmitted
    }

    /// Closes without waiting for what was not taken: the second close does not (``LastBytes``).
    private static func cut(_ channel: any Channel) {
        channel.close(promise: nil)
        channel.close(promise: nil)
    }

    /// Somebody has shown who he is.
    package func proved(_ channel: any Channel) {
        state.withLock { $0.ledger.proved(ObjectIdentifier(channel)) }
    }

    /// A request has come.
    package func began(_ channel: any Channel) {
        state.withLock { $0.ledger.began(ObjectIdentifier(channel), at: elapsed()) }
    }

    /// A piece of a body, of an answer or of a stream of events has come or gone: until that ends, no newcomer takes the place.
    package func flowed(_ channel: any Channel) {
        state.withLock { $0.ledger.flowed(ObjectIdentifier(channel), at: elapsed()) }
    }

    /// A request is answered; what the client does not take of the answer in its idle time is lost to it.
    package func ended(_ channel: any Channel) {
        state.withLock { $0.ledger.ended(ObjectIdentifier(channel), at: elapsed()) }
    }

    /// Nothing more is told to somebody: his connection is closed once what he was told is on its way.
    func dismiss(_ channel: any Channel) {
        ended(channel)
        channel.pipeline.fireUserInboundEventTriggered(ChannelShouldQuiesceEvent())
    }

    /// Somebody has gone.
    func closed(_ channel: any Channel) {
        state.withLock { state in
            state.ledger.closed(ObjectIdentifier(channel))
            state.channels[ObjectIdentifier(channel)] = nil
        }
    }

    /// Closes each connection as soon as it has no request under way, and from now on every new one.
    func quiesce() {
        let channels = state.withLock { state in
            state.isClosing = true
            return Array(state.channels.values)
        }
        for channel in channels { channel.pipeline.fireUserInboundEventTriggered(ChannelShouldQuiesceEvent()) }
    }

    /// Closes all connections, and from now on every new one.
    package func closeAll() {
        let channels = state.withLock { state in
            state.isClosing = true
            return Array(state.channels.values)
        }
        for channel in channels { Self.cut(channel) }
    }
}
