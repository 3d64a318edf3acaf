// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

package import CofferKeeper
package import Foundation
import Logging
import ServiceLifecycle
import UnixSignals

#if canImport(Darwin)
import Darwin
#else
import Glibc
#endif

/// The long-running process: keeps connections fresh and serves clients of this machine.
package struct Agent: Sendable {
    /// What the agent tells while it runs.
    package enum News: Sendable {
        /// It serves.
        case ready
        /// What the schedule of refreshes says.
        case watch(WatchEvent)
        /// A process of another user wanted to connect; told once for each user. Nil if the system did not say whose it is.
        case refused(user: UInt32?)
        /// The system's limit of descriptors leaves room for fewer connections than there are otherwise.
        case crowded(connections: Int, limit: Int)
        /// It was told to end, and answers what has come before.
        case draining
    }

    /// How long is waited for what was under way when the agent was told to end: 5 s.
    ///
    /// A token request that was sent is waited for after that, as always.
    private static let drainTime = Duration.seconds(5)

    private let keeper: Keeper
    private let socket: AgentSocket
    private let now: @Sendable () -> Date
    private let tell: @Sendable (News) -> Void

    /// Makes an agent; nothing happens before it runs.
    ///
    /// - Parameters:
    ///   - keeper: The open vault.
    ///   - socket: The place that was taken.
    ///   - now: The wall clock.
    ///   - tell: Hears what happens, from several tasks at once.
    package init(
        keeper: Keeper, socket: AgentSocket, now: @escaping @Sendable () -> Date = { Date() },
        tell: @escaping @Sendable (News) -> Void
    ) {
        self.keeper = keeper
        self.socket = socket
        self.now = now
        self.tell = tell
    }

    /// Serves until SIGTERM, SIGINT or SIGHUP; the socket is gone when this returns, and what was handed out is recorded.
    ///
    /// - Throws: ``AgentError``; what keeps the schedule from beginning.
    package func run() async throws {
        defer { socket.remove() }
        // For the moment between bind(2) and chmod(2). All else that this process makes is private anyway.
        umask(0o077)
        do { try await services() } catch  where error is CancellationError || error is ServiceGroupError {
            // What was still under way after the drain time was ended; that is no failure.
        } catch {
            await end()
            throw error
        }
        await end()
    }

    private func services() async throws {
        let facts = AgentFacts(startedAt: now())
        let room = DescriptorRoom.raised()
        var bounds = ConnectionLedger<ObjectIdentifier>.Bounds()
        let wanted = bounds.capacity
        bounds.capacity = room.connections(atMost: wanted)
        let connections = AgentConnections(bounds: bounds)
        let users = RefusedUsers()
        let tell = tell
        let server = AgentServer(
            socket: socket, responder: AgentResponder(keeper: keeper, facts: facts, connections: connections),
            capacity: bounds.capacity, refused: { if users.isNew($0) { tell(.refused(user: $0)) } },
            ready: { [capacity = bounds.capacity] in
                if capacity < wanted { tell(.crowded(connections: capacity, limit: room.limit)) }
                tell(.ready)
            })
        // Ended from the last to the first: nothing new is begun while clients get their answers.
        var services: [any Service] = [connections, server]
        if keeper.refreshes {
            services.append(RefreshAhead(keeper: keeper, facts: facts) { tell(.watch($0)) })
        }
        services.append(Farewell { tell(.draining) })
        var configuration = ServiceGroupConfiguration(
            services: services.map {
                .init(
                    service: $0, successTerminationBehavior: .gracefullyShutdownGroup,
                    failureTerminationBehavior: .gracefullyShutdownGroup)
            },
            gracefulShutdownSignals: [.sigterm, .sigint, .sighup],
            logger: Logger(label: "coffer.agent") { _ in SwiftLogNoOpLogHandler() })
        configuration.maximumGracefulShutdownDuration = Self.drainTime
        try await ServiceGroup(configuration: configuration).run()
    }

    /// Nothing more is sent; what was sent is waited for, and how often values were handed out is recorded.
    private func end() async {
        await keeper.windDown()
        await keeper.close()
    }
}

/// Says that the end has begun.
private struct Farewell: Service {
    let say: @Sendable () -> Void

    func run() async throws {
        try await gracefulShutdown()
        say()
    }
}
