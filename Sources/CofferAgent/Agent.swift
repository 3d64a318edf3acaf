// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

package import CofferKeeper
package import Foundation
import ServiceLifecycle
import Synchronization
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
        /// It serves; whether its identity refreshes anything.
        case ready(refreshes: Bool)
        /// It let go of every key.
        case locked
        /// It has them again.
        case unlocked
        /// What the schedule of refreshes says.
        case watch(WatchEvent)
        /// A process of another user wanted to connect; told once for each user. Nil if the system did not say whose it is.
        case refused(user: UInt32?)
        /// The system's limit of descriptors leaves room for fewer connections than there are otherwise.
        case crowded(connections: Int, limit: Int)
        /// It was told to read its identity again.
        case reloading
        /// It has, and goes on with that.
        case reloaded
        /// It could not, and goes on as before.
        case keptAsBefore(any Error)
        /// It was told to end, and answers what has come before.
        case draining
    }

    /// How many connections there are at most where tickets only are answered: 96.
    private static let guests = 96

    private let vault: AgentVault
    private let socket: AgentSocket
    private let ticketSocket: AgentSocket?
    private let ticketKey: TicketKey
    private let metrics: AgentMetrics
    private let now: @Sendable () -> Date
    private let hasLostTerminal: @Sendable () -> Bool
    private let notifier: ServiceNotifier?
    private let tell: @Sendable (News) -> Void

    /// Makes an agent; nothing happens before it runs.
    ///
    /// - Parameters:
    ///   - vault: The vault, open; its caller keeps no keeper of it.
    ///   - socket: The place that was taken.
    ///   - ticketSocket: The place where tickets only are answered, if there is to be one.
    ///   - metrics: Where this process measures.
    ///   - now: The wall clock.
    ///   - hasLostTerminal: Whether there was a terminal, and is none any more: then SIGHUP ends the agent.
    ///   - notifier: Tells the service manager; nil where there is none.
    ///   - tell: Hears what happens, from several tasks at once.
    /// - Throws: `CryptoError` if there is no memory for the key of its tickets.
    package init(
        vault: AgentVault, socket: AgentSocket, ticketSocket: AgentSocket? = nil, metrics: MetricsRegistry,
        now: @escaping @Sendable () -> Date = { Date() },
        hasLostTerminal: @escaping @Sendable () -> Bool = { false }, notifier: ServiceNotifier? = nil,
        tell: @escaping @Sendable (News) -> Void
    ) throws {
        self.vault = vault
        self.socket = socket
        self.ticketSocket = ticketSocket
        ticketKey = try TicketKey()
        self.metrics = AgentMetrics(registry: metrics)
        self.now = now
        self.hasLostTerminal = hasLostTerminal
        self.notifier = notifier
        self.tell = {
            notifier?.hear($0)
            tell($0)
        }
    }

    /// Serves until SIGTERM or SIGINT; the socket is gone when this returns, and what was handed out is recorded.
    ///
    /// - Throws: ``AgentError``; what keeps the schedule from beginning.
    package func run() async throws {
        defer {
            socket.remove()
            ticketSocket?.remove()
        }
        // For the moment between bind(2) and chmod(2). All else that this process makes is private anyway.
        umask(0o077)
        do { try await services() } catch  where error is CancellationError || error is ServiceGroupError {
            // What was still under way after the drain time was ended; that is no failure.
        } catch {
            await vault.end()
            throw error
        }
        // Nothing more is sent; what was sent is waited for, and how often values were handed out is recorded.
        await vault.end()
    }

    private func services() async throws {
        let facts = AgentFacts(startedAt: now())
        let room = DescriptorRoom.raised()
        var bounds = ConnectionLedger<ObjectIdentifier>.Bounds()
        let wanted = bounds.capacity
        let guests = ticketSocket == nil ? 0 : Self.guests
        let all = room.connections(atMost: wanted + guests + (guests == 0 ? 0 : AgentServer.acceptedAhead))
        // With few descriptors a quarter is for those with tickets, so that they take nobody else's.
        let guestShare = min(guests, all / 4)
        bounds.capacity = max(1, min(wanted, all - guestShare))
        let connections = AgentConnections(bounds: bounds)
        let capacity = bounds.capacity
        bounds.capacity = max(1, guestShare)
        let guestConnections = AgentConnections(bounds: bounds)
        let users = RefusedUsers()
        // Who listens makes room for nobody: half of the places at least are for who comes.
        let hub = EventHub(
            room: max(1, min(EventHub.capacity, capacity / 2)),
            guestRoom: ticketSocket == nil
                ? EventHub.guestCapacity : max(1, min(EventHub.guestCapacity, guestShare / 2)))
        let watch = ConnectionWatch(vault, hub)
        let lockCount: @Sendable () -> Int = { [vault] in vault.lockCount }
        let tickets = TicketBook(key: ticketKey, lockCount: lockCount, now: now) { hub.remove(ticket: $0) }
        vault.whenLocking { [weak tickets] in tickets?.end() }
        let tell = tell
        // Ready when the last of the sockets is.
        let unready = Mutex(ticketSocket == nil ? 1 : 2)
        let ready: @Sendable () -> Void = { [vault] in
            let isLast = unready.withLock { count in
                count -= 1
                return count == 0
            }
            guard isLast else { return }
            if capacity < wanted { tell(.crowded(connections: capacity, limit: room.limit)) }
            tell(.ready(refreshes: vault.facts.refreshes ?? true))
            if vault.isLocked { tell(.locked) }
        }
        let refused: @Sendable (UInt32?) -> Void = { if users.isNew($0) { tell(.refused(user: $0)) } }
        let report = AgentReport(vault: vault, facts: facts, metrics: metrics, now: now) {
            connections.openCount + guestConnections.openCount
        }
        func server(
            _ socket: AgentSocket, _ own: AgentConnections, _ capacity: Int, wantsTickets: Bool
        ) -> AgentServer {
            let desk = TicketDesk(tickets: tickets, vault: vault, wantsTickets: wantsTickets)
            return AgentServer(
                socket: socket,
                responder: AgentResponder(
                    vault: vault, connections: own, desk: desk,
                    streams: EventStreams(hub: hub, watch: watch, connections: own, desk: desk), report: report,
                    counts: metrics.requests),
                capacity: capacity, refused: refused, ready: ready)
        }
        // Ended from the last to the first: nothing new is begun while clients get their answers.
        var services: [any Service] = [connections]
        if let ticketSocket {
            services.append(guestConnections)
            services.append(server(ticketSocket, guestConnections, bounds.capacity, wantsTickets: true))
        }
        services.append(server(socket, connections, capacity, wantsTickets: false))
        services.append(TicketSweep(tickets: tickets))
        services.append(RefreshAhead(vault: vault, facts: facts) { tell(.watch($0)) })
        if let limit = vault.lockAfter { services.append(IdleLock(vault: vault, limit: limit)) }
        services.append(
            Reloading(
                vault: vault, hangups: await UnixSignalsSequence(trapping: .sighup), hasLostTerminal: hasLostTerminal,
                tell: tell))
        if let notifier, let interval = notifier.watchdog {
            services.append(
                Watchdog(notifier: notifier, interval: interval, caller: AgentCaller(socket: socket.path)))
        }
        services.append(EventService(hub: hub, watch: watch, clock: ContinuousClock()))
        // A token request that was sent is waited for after that, too, as always.
        try await ServingGroup.run(services, until: [.sigterm, .sigint], name: "agent") { tell(.draining) }
    }
}
